//! Path and query of a page, read strictly.

use std::collections::BTreeMap;
use std::str::FromStr;

use axum::extract::{FromRequestParts, Query, RawPathParams};
use axum::http::request::Parts;

use super::trouble::Trouble;

/// Where a page is. What its address holds that cannot be names no page.
#[derive(Clone, Debug)]
pub(crate) struct At {
    path: BTreeMap<String, String>,
    query: Vec<(String, String)>,
}

impl At {
    /// A part of the path as it stands there.
    pub(super) fn part(&self, name: &str) -> &str {
        self.path.get(name).map_or("", String::as_str)
    }

    /// A code in the path: of a cycle, unit, type, criterion.
    pub(super) fn code<T: FromStr>(&self, name: &str) -> Result<T, Trouble> {
        self.part(name).parse().map_err(|_| Trouble::missing())
    }

    /// The first value of a name in the query.
    pub(super) fn query(&self, name: &str) -> Option<&str> {
        let mut query = self.query.iter();
        query
            .find(|(found, _)| found == name)
            .map(|(_, value)| value.as_str())
    }

    /// All values of a name in the query: of boxes that are checked.
    pub(super) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let own = self.query.iter().filter(move |(found, _)| found == name);
        own.map(|(_, value)| value.as_str())
    }
}

impl<S: Send + Sync> FromRequestParts<S> for At {
    type Rejection = Trouble;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Trouble> {
        let path = RawPathParams::from_request_parts(parts, state).await;
        let path = path.map_err(|_| Trouble::missing())?;
        let query = Query::<Vec<(String, String)>>::try_from_uri(&parts.uri);
        let own = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
        Ok(Self {
            path: path.iter().map(own).collect(),
            query: query.map_err(|_| Trouble::missing())?.0,
        })
    }
}
