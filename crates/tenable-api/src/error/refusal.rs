use bytes::Bytes;
use http::{Response, StatusCode};
use serde_json::Value;

use super::ErrorKind;

/// What a product said when it refused.
#[derive(Debug, Default)]
pub(crate) struct Refusal {
    /// Where the product's own code tells more than the status.
    pub(crate) kind: Option<ErrorKind>,
    pub(crate) code: Option<String>,
    pub(crate) message: Option<String>,
}

/// How much of a body is shown.
const EXCERPT: usize = 200;

impl Refusal {
    /// What kind of refusal it is, by the product's own code or else by the status.
    pub(crate) fn kind(&self, status: StatusCode) -> ErrorKind {
        self.kind.unwrap_or_else(|| ErrorKind::of(status))
    }

    /// Looks for code and text where JSON error bodies have them; any other body gives an excerpt. Never fails: a proxy's page is an
    /// answer too.
    pub(crate) fn read(response: &Response<Bytes>) -> Self {
        let Ok(body) = serde_json::from_slice::<Value>(response.body()) else {
            return Self { message: Some(excerpt(response.body())).filter(|text| !text.is_empty()), ..Self::default() };
        };
        let first = |pointers: &[&str]| {
            let found = pointers.iter().find_map(|pointer| body.pointer(pointer)?.as_str());
            found.map(|text| excerpt(text.as_bytes())).filter(|text| !text.is_empty())
        };
        let code = first(&["/code", "/error/code", "/error_code"]);
        let message = first(&["/message", "/error/message", "/error/description", "/errors/0/message", "/error"]);
        let message = message.or_else(|| match &body {
            Value::Null => None,
            Value::String(text) => Some(excerpt(text.as_bytes())),
            _ if code.is_some() => None,
            other => Some(excerpt(other.to_string().as_bytes())),
        });
        Self { code, message, ..Self::default() }
    }
}

/// The beginning of a body as one printable line; of HTML, the words without the markup.
pub(crate) fn excerpt(body: &[u8]) -> String {
    // A request id, for one, is what it should be.
    if body.len() <= EXCERPT && body.iter().all(u8::is_ascii_graphic) && !body.starts_with(b"<") {
        return String::from_utf8_lossy(body).into_owned();
    }
    // A multiple of what is shown, so that a page's head does not use it up and a large page is not walked whole.
    let text = String::from_utf8_lossy(&body[..body.len().min(16 * EXCERPT)]);
    let text = if text.trim_start().starts_with('<') { strip_markup(&text) } else { text.into_owned() };
    let mut line = String::new();
    for word in text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty()) {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    if line.chars().count() > EXCERPT {
        line = line.chars().take(EXCERPT).collect();
        line.push('…');
    }
    line
}

fn strip_markup(page: &str) -> String {
    let mut text = String::new();
    let mut rest = page;
    while let Some(start) = rest.find('<') {
        text.push_str(&rest[..start]);
        text.push(' ');
        let tag = &rest[start..];
        // What stands in a script or a style is not for people.
        let end = ["script", "style"]
            .iter()
            .find(|name| tag[1..].get(..name.len()).is_some_and(|word| word.eq_ignore_ascii_case(name)))
            .map_or(">", |name| if *name == "script" { "</script>" } else { "</style>" });
        match tag.find(end) {
            Some(at) => rest = &tag[at + end.len()..],
            None => return text,
        }
    }
    text.push_str(rest);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &str) -> (Option<String>, Option<String>) {
        let refusal = Refusal::read(&Response::new(Bytes::copy_from_slice(body.as_bytes())));
        (refusal.code, refusal.message)
    }

    #[test]
    fn every_shape_of_error_body() {
        for (body, code, message) in [
            (
                r#"{"code":"INVALID_PAYLOAD_FORMAT","message":"data[0] bad"}"#,
                Some("INVALID_PAYLOAD_FORMAT"),
                Some("data[0] bad"),
            ),
            (r#"{"error":{"code":"C","message":"m"}}"#, Some("C"), Some("m")),
            (r#"{"error":{"description":"d"}}"#, None, Some("d")),
            (r#"{"error":"gone"}"#, None, Some("gone")),
            (r#"{"errors":[{"message":"first"},{"message":"second"}]}"#, None, Some("first")),
            (r#"{"code":"ONLY"}"#, Some("ONLY"), None),
            (r#"{"detail":{"x":1}}"#, None, Some(r#"{"detail":{"x":1}}"#)),
            (r#""plain""#, None, Some("plain")),
            ("null", None, None),
            ("", None, None),
            ("Bad\r\n gateway\u{7}", None, Some("Bad gateway")),
            ("<html><style>p{}</style><h1>502</h1><p>Bad gateway</p>", None, Some("502 Bad gateway")),
            ("<html><script>if (a < b) go()</script><h1>Sign in", None, Some("Sign in")),
        ] {
            assert_eq!(read(body), (code.map(str::to_owned), message.map(str::to_owned)), "{body}");
        }
    }

    #[test]
    fn an_excerpt_is_bounded_and_one_line() {
        let line = excerpt("ä\n".repeat(5000).as_bytes());
        assert_eq!(line.chars().count(), EXCERPT + 1);
        assert!(!line.contains('\n'));
        assert!(excerpt(&[0xff, 0xfe, b'<']).chars().count() < 10);
    }
}
