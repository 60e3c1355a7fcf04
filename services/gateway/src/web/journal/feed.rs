//! The journals of several services as one, the newest act first.
//!
//! Each service gives its own journal in pages. They are merged by the instant of the acts; where a page of ours ends, each
//! service has been read up to some row of some page of its own, and that is what the address of the next page holds.

use std::collections::VecDeque;

use chiso_domain::kernel::Instant;
use chiso_wire::convert::{instant, timestamp};
use chiso_wire::kernel::{JournalEntry, ListJournalRequest, ListJournalResponse};
use tonic::{Request, Response, Status};

use super::super::me::Me;
use super::super::state::Web;
use super::super::trouble::Trouble;

/// Rows that a service is asked for at once.
const ROWS: i32 = 100;

/// An act, and the service in whose journal it stands.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub(super) service: &'static str,
    pub(super) entry: JournalEntry,
}

/// The journal of one service, read from its end.
#[derive(Debug)]
struct One {
    service: &'static str,
    /// The page that is being read, and the last row that was taken; 0: none. By its number it is found again, whatever
    /// was written meanwhile.
    page: String,
    last: i64,
    rows: VecDeque<JournalEntry>,
    /// The page after it; empty: there is none.
    next: String,
    fetched: bool,
    over: bool,
}

/// The journals that are asked for.
#[derive(Debug)]
pub(super) struct Feed {
    asked: ListJournalRequest,
    /// Acts from here on are not of this reading, so that its pages stay what they are.
    before: Instant,
    journals: Vec<One>,
}

impl Feed {
    /// From the newest act on.
    pub(super) fn new(asked: ListJournalRequest, services: &[&'static str], now: Instant) -> Self {
        let one = |service: &&'static str| One {
            service,
            page: String::new(),
            last: 0,
            rows: VecDeque::new(),
            next: String::new(),
            fetched: false,
            over: false,
        };
        Self {
            asked,
            before: now.plus(1),
            journals: services.iter().map(one).collect(),
        }
    }

    /// From where a page ended; nothing where the address was made by nobody.
    pub(super) fn resume(mut self, place: &str) -> Option<Self> {
        let mut parts = place.split('-');
        self.before = Instant::from_micros(parts.next()?.parse().ok()?);
        for journal in &mut self.journals {
            let part = parts.next()?;
            if part == "x" {
                journal.over = true;
                continue;
            }
            let (page, last) = part.split_once('.')?;
            journal.page = page.to_owned();
            journal.last = last.parse().ok().filter(|last| *last >= 0)?;
        }
        parts.next().is_none().then_some(self)
    }

    /// Where it is, for the address of the next page; none at the end.
    pub(super) fn place(&self) -> Option<String> {
        if self.journals.iter().all(|journal| journal.over) {
            return None;
        }
        let mut place = self.before.micros().to_string();
        for journal in &self.journals {
            place.push('-');
            if journal.over {
                place.push('x');
            } else {
                place.push_str(&format!("{}.{}", journal.page, journal.last));
            }
        }
        Some(place)
    }

    /// So many lines, fewer at the end.
    pub(super) async fn take(&mut self, web: &Web, me: &Me, lines: usize) -> Result<Vec<Line>, Trouble> {
        let mut taken = Vec::new();
        loop {
            let (asked, before) = (&self.asked, self.before);
            let fills = self
                .journals
                .iter_mut()
                .map(|journal| journal.fill(web, me, asked, before));
            futures_util::future::try_join_all(fills).await?;
            if taken.len() == lines {
                return Ok(taken);
            }
            let newest = self.journals.iter_mut().filter(|journal| !journal.over);
            let Some(newest) = newest.max_by_key(|journal| journal.newest()) else {
                return Ok(taken);
            };
            taken.extend(newest.take());
        }
    }
}

impl One {
    fn newest(&self) -> i64 {
        let first = self.rows.front();
        let at = first.and_then(|entry| instant("at", entry.at.as_ref()).ok());
        at.map_or(i64::MIN, Instant::micros)
    }

    fn take(&mut self) -> Option<Line> {
        let entry = self.rows.pop_front()?;
        self.last = entry.seq;
        let service = self.service;
        Some(Line { service, entry })
    }

    /// Reads on where nothing is left of what was read.
    async fn fill(
        &mut self,
        web: &Web,
        me: &Me,
        asked: &ListJournalRequest,
        before: Instant,
    ) -> Result<(), Trouble> {
        while self.rows.is_empty() && !self.over {
            if self.fetched {
                if self.next.is_empty() {
                    self.over = true;
                    return Ok(());
                }
                self.page = std::mem::take(&mut self.next);
            }
            let reply = self.fetch(web, me, asked, before).await?;
            let further = |entry: &JournalEntry| self.last == 0 || entry.seq < self.last;
            self.rows = reply.entries.into_iter().filter(further).collect();
            self.next = reply.next_page_token;
            self.fetched = true;
        }
        Ok(())
    }

    async fn fetch(
        &self,
        web: &Web,
        me: &Me,
        asked: &ListJournalRequest,
        before: Instant,
    ) -> Result<ListJournalResponse, Trouble> {
        let mut asked = asked.clone();
        asked.page_size = ROWS;
        asked.page_token.clone_from(&self.page);
        let until = instant("until", asked.until.as_ref()).map_or(before, |until| until.min(before));
        asked.until = Some(timestamp(until));
        Ok(list(web, self.service, web.ask(me, asked)).await?.into_inner())
    }
}

async fn list(
    web: &Web,
    service: &str,
    asked: Request<ListJournalRequest>,
) -> Result<Response<ListJournalResponse>, Status> {
    match service {
        "identity" => web.identity().list_journal(asked).await,
        "registry" => web.registry().list_journal(asked).await,
        "survey" => web.survey().list_journal(asked).await,
        "recheck" => web.recheck().list_journal(asked).await,
        "ledger" => web.ledger().list_journal(asked).await,
        "leaders" => web.leaders().list_journal(asked).await,
        _ => web.ranking().list_journal(asked).await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn feed() -> Feed {
        let now = Instant::from_micros(7);
        Feed::new(ListJournalRequest::default(), &["survey", "ledger"], now)
    }

    #[test]
    fn a_page_goes_on_where_the_one_before_ended() {
        let mut first = feed();
        first.journals[0].over = true;
        first.journals[1].page = "3132".to_owned();
        first.journals[1].last = 4;
        let place = first.place().unwrap();
        assert_eq!(place, "8-x-3132.4");
        let again = feed().resume(&place).unwrap();
        assert_eq!(again.place().as_deref(), Some(place.as_str()));
        assert_eq!(feed().place().as_deref(), Some("8-.0-.0"));
    }

    #[test]
    fn an_address_that_nobody_made_is_no_place() {
        for place in [
            "",
            "8",
            "8-x",
            "8-x-.0-.0",
            "8-x-.y",
            "a-x-x",
            "8-x-3132",
            "8-x-.-1",
        ] {
            assert!(feed().resume(place).is_none(), "{place}");
        }
        let mut over = feed().resume("8-x-x").unwrap();
        assert!(over.place().is_none());
        over.journals.clear();
    }
}
