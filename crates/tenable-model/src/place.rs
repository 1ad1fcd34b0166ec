//! Where in a document an error is.

use std::fmt::Write as _;

/// Where in a JSON document an error of reading it is: `users[1].id`. `None` if it is in no field and no element.
///
/// Found after the fact, from the line and the column of the error, so that reading what is right costs nothing.
///
/// ```
/// use tenable_model::{identity_exposure::User, place_of};
///
/// let document = r#"[{"id": 7, "name": "Ann", "email": "ann@example.com", "roles": [1, "two"]}]"#;
/// let error = serde_json::from_str::<Vec<User>>(document).unwrap_err();
/// assert_eq!(place_of(document, &error).as_deref(), Some("[0].roles[1]"));
/// ```
pub fn place_of(document: &str, error: &serde_json::Error) -> Option<String> {
    let bytes = document.as_bytes();
    let line_start = match error.line().checked_sub(2) {
        Some(line) => bytes.iter().enumerate().filter(|(_, byte)| **byte == b'\n').nth(line)?.0 + 1,
        None => 0,
    };
    // Columns count bytes, from 1, up to the last one that was looked at.
    let end = line_start.saturating_add(error.column());
    let mut walk = Walk { document, frames: Vec::new(), string: None };
    bytes.iter().enumerate().take(end).for_each(|(at, byte)| walk.step(at, *byte));
    walk.place()
}

/// What an error of reading says, without line and column: of a document that nobody has seen they say nothing.
///
/// ```
/// use tenable_model::{cause_of, identity_exposure::Role};
///
/// let error = serde_json::from_str::<Role>("[]").unwrap_err();
/// assert_eq!(cause_of(&error), "invalid type: sequence, expected an object");
/// ```
pub fn cause_of(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    text.strip_suffix(&place).map(str::to_owned).unwrap_or(text)
}

/// What is open at a byte of a document.
struct Walk<'a> {
    document: &'a str,
    frames: Vec<Frame>,
    string: Option<Text>,
}

enum Frame {
    List { index: usize, is_begun: bool },
    Object { key: String, is_value: bool },
}

/// A string that is open.
struct Text {
    start: usize,
    is_escape: bool,
}

impl Walk<'_> {
    fn step(&mut self, at: usize, byte: u8) {
        if let Some(string) = &mut self.string {
            match byte {
                _ if string.is_escape => string.is_escape = false,
                b'\\' => string.is_escape = true,
                b'"' => {
                    if let Some(Frame::Object { key, is_value: false }) = self.frames.last_mut() {
                        let quoted = &self.document[string.start..=at];
                        *key = serde_json::from_str(quoted).unwrap_or_else(|_| quoted.to_owned());
                    }
                    self.string = None;
                }
                _ => {}
            }
            return;
        }
        match (byte, self.frames.last_mut()) {
            (b']' | b'}', _) => drop(self.frames.pop()),
            (b' ' | b'\t' | b'\r' | b'\n', _) => {}
            (b',', Some(Frame::List { index, is_begun })) => (*index, *is_begun) = (*index + 1, false),
            (b',', Some(Frame::Object { is_value, .. })) => *is_value = false,
            (b':', Some(Frame::Object { is_value, .. })) => *is_value = true,
            (_, Some(Frame::List { is_begun, .. })) => *is_begun = true,
            _ => {}
        }
        match byte {
            b'[' => self.frames.push(Frame::List { index: 0, is_begun: false }),
            b'{' => self.frames.push(Frame::Object { key: String::new(), is_value: false }),
            b'"' => self.string = Some(Text { start: at, is_escape: false }),
            _ => {}
        }
    }

    fn place(&self) -> Option<String> {
        let mut place = String::new();
        for frame in &self.frames {
            match frame {
                Frame::List { index, is_begun: true } => {
                    // Writing to a String does not fail.
                    let _ = write!(place, "[{index}]");
                }
                Frame::Object { key, is_value: true } => {
                    if !place.is_empty() {
                        place.push('.');
                    }
                    place.push_str(key);
                }
                Frame::List { .. } | Frame::Object { .. } => {}
            }
        }
        Some(place).filter(|place| !place.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;
    use serde::Deserialize;
    use serde::de::DeserializeOwned;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[expect(dead_code, reason = "they are read, and not looked at")]
    struct Leaf {
        n: u8,
        #[serde(default)]
        text: String,
        #[serde(default)]
        list: Vec<u8>,
    }

    type Tree = BTreeMap<String, Vec<Leaf>>;

    fn place<T: DeserializeOwned + std::fmt::Debug>(document: &str) -> String {
        let error = serde_json::from_str::<T>(document).unwrap_err();
        place_of(document, &error).unwrap_or_default()
    }

    #[test]
    fn the_place_of_an_error() {
        for (document, expected) in [
            ("7", ""),
            ("{\"a\": 7}", "a"),
            ("{\"a\": [7]}", "a[0]"),
            ("{\"a\": [{\"n\": 1}, {\"n\": 256}]}", "a[1].n"),
            ("{\"a\":[{\"n\":1},{\"n\":[1]}]}", "a[1].n"),
            ("{\"a\":[{\"n\":{\"deep\":1}}]}", "a[0].n"),
            ("{\"a\":[{\"n\":null}]}", "a[0].n"),
            ("{\"a\":[{\"text\":\"x\"}]}", "a[0]"),
            ("{\"a\":[],\n\"b\":[{\"n\":1,\n  \"list\":[1,2,\"x\"]}]}", "b[0].list[2]"),
            ("{\"a\":[],\n\n\"b\":\n[{\"n\":1,\n\"list\":\n-1}]}", "b[0].list"),
            ("{\"a]\\\"[{\\u0041\": true}", "a]\"[{A"),
            ("{\"a\":[{\"n\":1,\"text\":\"[[{\\\"\"},{\"n\":1,\"text\":3}]}", "a[1].text"),
            ("{\"a\":[{\"n\":1", "a[0].n"),
            ("{\"a\":[{\"n\":1}", "a[0]"),
            ("", ""),
            ("]]]", ""),
        ] {
            assert_eq!(place::<Tree>(document), expected, "{document}");
        }
    }

    #[test]
    fn what_is_made_of_a_value_has_its_place() {
        use crate::security_center::UserKey;
        use crate::vulnerability_management::User;

        for (document, expected) in [("[\"a b\", 1]", "[0]"), ("[1, \"a b\"]", "[1]"), ("[1, \"a b\" , 2]", "[1]")] {
            assert_eq!(place::<Vec<UserKey>>(document), expected, "{document}");
        }
        let document = r#"{"users": [{"id": 1, "uuid": "u", "username": "ann", "lastlogin": 99999999999999999}]}"#;
        assert_eq!(place::<BTreeMap<String, Vec<User>>>(document), "users[0].lastlogin");
    }

    proptest! {
        #[test]
        fn any_document_has_a_place_or_none(document in "[\\[\\]{}:,\"\\\\a1 \\n\u{e9}]{0,40}") {
            if let Err(error) = serde_json::from_str::<Tree>(&document) {
                let _ = place_of(&document, &error);
            }
        }
    }
}
