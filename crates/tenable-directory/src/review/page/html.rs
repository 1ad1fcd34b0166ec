//! Text and facts as HTML.

use std::fmt::{self, Display, Write};

use tenable_api::model::{Product, Timestamp};

/// A text as the content of an element or of a quoted attribute: nothing in it is markup.
pub(super) struct Text<'a>(pub(super) &'a str);

impl Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rest = self.0;
        while let Some(at) = rest.find(['&', '<', '>', '"', '\'']) {
            f.write_str(&rest[..at])?;
            f.write_str(match rest.as_bytes()[at] {
                b'&' => "&amp;",
                b'<' => "&lt;",
                b'>' => "&gt;",
                b'"' => "&quot;",
                _ => "&#39;",
            })?;
            rest = &rest[at + 1..];
        }
        f.write_str(rest)
    }
}

/// A name that somebody chose, so that its direction of writing turns nothing around it.
pub(super) struct Name<'a>(pub(super) &'a str);

impl Display for Name<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Most names need no element of their own, and in a large review they are most of the page.
        if !self.0.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
            return write!(f, "<bdi>{}</bdi>", Text(self.0));
        }
        match self.0.split_once('@') {
            // Where an address may be broken rather than anywhere.
            Some((user, domain)) => write!(f, "{}<wbr>@{}", Text(user), Text(domain)),
            None => Text(self.0).fmt(f),
        }
    }
}

/// Names with commas between.
pub(super) struct Names<'a>(pub(super) &'a [String]);

impl Display for Names<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, name) in self.0.iter().enumerate() {
            write!(f, "{}{}", if index == 0 { "" } else { ", " }, Name(name))?;
        }
        Ok(())
    }
}

/// A number with a thin gap between thousands: `12 345`.
pub(super) struct Count(pub(super) usize);

impl Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.0.to_string();
        for (index, digit) in digits.char_indices() {
            if index > 0 && (digits.len() - index) % 3 == 0 {
                f.write_char('\u{202f}')?;
            }
            f.write_char(digit)?;
        }
        Ok(())
    }
}

/// `1 account`, `12 accounts`.
pub(super) struct Counted(pub(super) usize, pub(super) &'static str);

impl Display for Counted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (word, end) = match (self.0, self.1) {
            (1, word) => (word, ""),
            (_, "person") => ("people", ""),
            (_, word) => (word, "s"),
        };
        write!(f, "{} {word}{end}", Count(self.0))
    }
}

/// A time of RFC 3339 as its day and how many days ago that was; what is no time, such as `never`, as it is.
pub(super) struct Day<'a> {
    pub(super) time: &'a str,
    pub(super) now: Option<Timestamp>,
}

impl Display for Day<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Ok(time) = self.time.parse::<Timestamp>() else { return Text(self.time).fmt(f) };
        let day = self.time.get(..10).unwrap_or(self.time);
        write!(f, "<time datetime=\"{}\">{}</time>", Text(self.time), Text(day))?;
        match self.now {
            Some(now) if now.unix_seconds() >= time.unix_seconds() => {
                match time.until(now).as_secs() / (24 * 60 * 60) {
                    0 => f.write_str(" <i>today</i>"),
                    days => write!(f, " <i>{} d</i>", Count(usize::try_from(days).unwrap_or(usize::MAX))),
                }
            }
            _ => Ok(()),
        }
    }
}

/// A time of RFC 3339 to the minute: `2026-08-31 08:00 UTC`.
pub(super) struct Minute<'a>(pub(super) &'a str);

impl Display for Minute<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = self.0.strip_suffix('Z').and_then(|text| Some((text.get(..10)?, text.get(11..16)?)));
        match parts {
            Some((day, minute)) => {
                write!(f, "<time datetime=\"{}\">{} {} UTC</time>", Text(self.0), Text(day), Text(minute))
            }
            None => Text(self.0).fmt(f),
        }
    }
}

/// The name of a product, by its word.
pub(super) fn product_name(word: &str) -> &str {
    let products = [Product::IdentityExposure, Product::SecurityCenter, Product::VulnerabilityManagement];
    match products.into_iter().find(|product| product.command() == word) {
        Some(product) => product.name(),
        None => word,
    }
}

/// A fact in a sentence: `last_api_use` is `last API use`, `sign_in.saml` is `sign-in by SAML`.
pub(super) fn fact_name(fact: &str) -> String {
    match fact {
        "enabled" => "enabled or disabled".to_owned(),
        "last_sign_in" => "last sign-in".to_owned(),
        "last_api_use" => "last API use".to_owned(),
        "locked_out" => "lock-out".to_owned(),
        "email" => "e-mail address".to_owned(),
        "sign_in.api_keys" => "API keys".to_owned(),
        "sign_in.saml" => "sign-in by SAML".to_owned(),
        "sign_in.ldap" => "sign-in by LDAP".to_owned(),
        other => match other.strip_prefix("sign_in.") {
            Some(way) => format!("sign-in by {}", way.replace('_', " ")),
            None => other.replace('_', " "),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_text_is_markup() {
        assert_eq!(Text("a<b>&\"c'").to_string(), "a&lt;b&gt;&amp;&quot;c&#39;");
        assert_eq!(Name("Ann Lee").to_string(), "Ann Lee");
        assert_eq!(Name("ann&@example.com").to_string(), "ann&amp;<wbr>@example.com");
        assert_eq!(Name("עידו <b>").to_string(), "<bdi>עידו &lt;b&gt;</bdi>");
        assert_eq!(Names(&["a&b".to_owned(), "ü".to_owned()]).to_string(), "a&amp;b, <bdi>ü</bdi>");
    }

    #[test]
    fn numbers_and_times_are_for_people() {
        assert_eq!(Count(7).to_string(), "7");
        assert_eq!(Count(1_234_567).to_string(), "1\u{202f}234\u{202f}567");
        assert_eq!(Counted(1, "person").to_string(), "1 person");
        assert_eq!(Counted(0, "account").to_string(), "0 accounts");
        let now = "2026-08-31T08:00:00Z".parse().ok();
        let day = |time| Day { time, now }.to_string();
        assert_eq!(day("never"), "never");
        assert_eq!(
            day("2026-08-01T09:00:00Z"),
            "<time datetime=\"2026-08-01T09:00:00Z\">2026-08-01</time> <i>29 d</i>"
        );
        assert_eq!(day("2026-09-01T00:00:00Z"), "<time datetime=\"2026-09-01T00:00:00Z\">2026-09-01</time>");
        assert_eq!(
            Minute("2026-08-31T08:00:59Z").to_string(),
            "<time datetime=\"2026-08-31T08:00:59Z\">2026-08-31 08:00 UTC</time>"
        );
        assert_eq!(Minute("soon").to_string(), "soon");
    }

    #[test]
    fn words_of_files_are_words_for_people() {
        assert_eq!(product_name("vm"), "Tenable Vulnerability Management");
        assert_eq!(product_name("xx"), "xx");
        assert_eq!(fact_name("last_api_use"), "last API use");
        assert_eq!(fact_name("sign_in.client_certificate"), "sign-in by client certificate");
        assert_eq!(fact_name("second_factor"), "second factor");
    }
}
