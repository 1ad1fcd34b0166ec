//! The few forms of YAML that a file of people is written in.

use std::fmt::Write as _;

/// Longest line on which a mapping or a list is written in braces or brackets.
const WIDEST: usize = 120;

/// What stands under a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Form {
    Text(String),
    Word(&'static str),
    List(Vec<String>),
    Map(Vec<(String, Self)>),
}

impl Form {
    pub(super) fn text(text: &str) -> Self {
        Self::Text(text.to_owned())
    }

    pub(super) fn flag(flag: bool) -> Self {
        Self::Word(if flag { "true" } else { "false" })
    }

    /// On one line.
    fn flow(&self) -> String {
        match self {
            Self::Text(text) => scalar(text),
            Self::Word(word) => (*word).to_owned(),
            Self::List(texts) => {
                let texts: Vec<String> = texts.iter().map(|text| scalar(text)).collect();
                format!("[{}]", texts.join(", "))
            }
            Self::Map(entries) => {
                let entries: Vec<String> =
                    entries.iter().map(|(key, form)| format!("{}: {}", scalar(key), form.flow())).collect();
                format!("{{{}}}", entries.join(", "))
            }
        }
    }

    /// What comes after `key:` or `-` and the indentation of what is below: on the same line if it fits, else on lines of its own.
    fn below(&self, text: &mut String, indent: usize, used: usize) {
        let flow = self.flow();
        let fits = used + 1 + flow.chars().count() <= WIDEST;
        match self {
            Self::List(texts) if !fits => {
                text.push('\n');
                for entry in texts {
                    line(text, indent, &format!("- {}", scalar(entry)));
                }
            }
            Self::Map(entries) if !fits => {
                text.push('\n');
                for (key, form) in entries {
                    form.under(text, indent, key);
                }
            }
            _ => {
                let _infallible = writeln!(text, " {flow}");
            }
        }
    }

    /// As the value of a key.
    pub(super) fn under(&self, text: &mut String, indent: usize, key: &str) {
        let key = scalar(key);
        let _infallible = write!(text, "{:indent$}{key}:", "");
        self.below(text, indent + 2, indent + key.chars().count() + 1);
    }

    /// As an entry of a list.
    pub(super) fn entry(&self, text: &mut String, indent: usize) {
        let before = text.len();
        let _infallible = write!(text, "{:indent$}-", "");
        self.below(text, indent + 2, indent + 1);
        // A mapping on lines of its own begins right after the dash.
        let dash = before + indent + 1;
        if text[dash..].starts_with('\n') {
            text.replace_range(dash..dash + 1 + indent + 2, " ");
        }
    }
}

/// A line.
pub(super) fn line(text: &mut String, indent: usize, content: &str) {
    // Writing to a text cannot fail.
    let _infallible = writeln!(text, "{:indent$}{content}", "");
}

pub(super) fn comment(text: &mut String, indent: usize, content: &str) {
    let content: String = content.chars().map(|c| if is_shown(c) { c } else { ' ' }).collect();
    line(text, indent, &format!("# {content}"));
}

/// Whether a character is seen for what it is: no control, no break, nothing that turns the direction of what follows.
fn is_shown(c: char) -> bool {
    c == ' '
        || !(c.is_control() || c.is_whitespace() || is_format(c) || matches!(u32::from(c) & 0xffff, 0xfffe | 0xffff))
}

/// Characters without a form of their own (general category Cf) that change how others are shown.
const fn is_format(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}'
    )
}

/// A text as YAML: plain where nobody can take it for something else, in quotes otherwise.
pub(in crate::file) fn scalar(text: &str) -> String {
    let plain = text.chars().next().is_some_and(|first| first.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, ' ' | '_' | '-' | '.' | '@' | '/' | '+'))
        && !text.ends_with(' ')
        && !matches!(
            text.to_ascii_lowercase().as_str(),
            "true" | "false" | "null" | "yes" | "no" | "on" | "off" | "y" | "n"
        );
    if plain {
        return text.to_owned();
    }
    let mut quoted = String::from('"');
    for c in text.chars() {
        let code = u32::from(c);
        let _infallible = match c {
            '"' | '\\' => write!(quoted, "\\{c}"),
            '\n' => write!(quoted, "\\n"),
            '\t' => write!(quoted, "\\t"),
            _ if is_shown(c) => write!(quoted, "{c}"),
            _ if code > 0xffff => write!(quoted, "\\U{code:08x}"),
            _ => write!(quoted, "\\u{code:04x}"),
        };
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_be_something_else_is_quoted() {
        for (text, written) in [
            ("Ann Lee", "Ann Lee"),
            ("ann+x@example.com", "ann+x@example.com"),
            ("VM.VM_SCAN.READ", "VM.VM_SCAN.READ"),
            ("no", "\"no\""),
            ("Null", "\"Null\""),
            ("1e3", "\"1e3\""),
            ("*@example.com", "\"*@example.com\""),
            ("a: b", "\"a: b\""),
            ("a #b", "\"a #b\""),
            (" a", "\" a\""),
            ("", "\"\""),
            ("two\nlines", "\"two\\nlines\""),
            ("back\\slash \"quote\"", "\"back\\\\slash \\\"quote\\\"\""),
            ("Zoë", "\"Zoë\""),
            ("nel\u{85}rlo\u{202e}tag\u{e0041}", "\"nel\\u0085rlo\\u202etag\\U000e0041\""),
        ] {
            assert_eq!(scalar(text), written);
        }
    }

    #[test]
    fn what_is_too_long_for_a_line_gets_its_own() {
        let long = Form::List((0..20).map(|n| format!("Word number {n}")).collect());
        let map = Form::Map(vec![("name".to_owned(), Form::text("A")), ("words".to_owned(), long)]);
        let mut text = String::new();
        map.entry(&mut text, 2);
        assert!(text.starts_with("  - name: A\n    words:\n      - Word number 0\n"), "{text}");
        let mut text = String::new();
        map.under(&mut text, 2, "key");
        assert!(text.starts_with("  key:\n    name: A\n    words:\n      - Word number 0\n"), "{text}");
        let mut text = String::new();
        Form::Map(vec![("name".to_owned(), Form::text("A")), ("on".to_owned(), Form::flag(true))]).entry(&mut text, 2);
        assert_eq!(text, "  - {name: A, \"on\": true}\n");
    }
}
