//! Paging of lists: the key of the last row is the token.

use chiso_wire::convert::BadField;

use crate::Error;

const DEFAULT: i32 = 100;
const MOST: i32 = 500;

/// One page of a list that is ordered by a key.
#[derive(Clone, Debug)]
pub struct Page {
    /// Rows on it at the most.
    pub limit: usize,
    /// Key of the last row of the page before.
    pub after: Option<String>,
}

impl Page {
    /// From a request: size 0 means 100, above 500 is cut to 500.
    ///
    /// # Errors
    /// `FIELD_INVALID` for a negative size or a token that this server did not make.
    pub fn of(page_size: i32, page_token: &str) -> Result<Self, Error> {
        if page_size < 0 {
            return Err(BadField::new("page_size", "below zero", "Cỡ trang không được âm.").into());
        }
        let size = if page_size == 0 {
            DEFAULT
        } else {
            page_size.min(MOST)
        };
        let after = match page_token {
            "" => None,
            token => Some(decoded(token).ok_or_else(|| {
                BadField::new(
                    "page_token",
                    "unknown",
                    "Mã trang không đúng. Đọc lại từ trang đầu.",
                )
            })?),
        };
        Ok(Self {
            limit: usize::try_from(size).unwrap_or(1),
            after,
        })
    }

    /// For the statement: one row more than the page, to see whether there is a next one.
    #[must_use]
    pub fn limit_and_one(&self) -> i64 {
        i64::try_from(self.limit).map_or(i64::MAX, |n| n + 1)
    }

    /// Cuts what was read to the page, and names the next page (empty if this is the last).
    #[must_use]
    pub fn cut<T>(&self, mut rows: Vec<T>, key: impl Fn(&T) -> String) -> (Vec<T>, String) {
        if rows.len() <= self.limit {
            return (rows, String::new());
        }
        rows.truncate(self.limit);
        let token = rows.last().map(|row| hex::encode(key(row))).unwrap_or_default();
        (rows, token)
    }
}

fn decoded(token: &str) -> Option<String> {
    String::from_utf8(hex::decode(token).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_follow_each_other() {
        let page = Page::of(2, "").unwrap();
        let (rows, token) = page.cut(vec![1, 2, 3], ToString::to_string);
        assert_eq!(rows, [1, 2]);
        let next = Page::of(2, &token).unwrap();
        assert_eq!(next.after.as_deref(), Some("2"));
        assert_eq!(next.cut(vec![3], ToString::to_string), (vec![3], String::new()));
        assert_eq!(Page::of(-1, "").unwrap_err().field(), "page_size");
        assert_eq!(Page::of(0, "zz").unwrap_err().field(), "page_token");
    }
}
