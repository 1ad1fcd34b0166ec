//! Versions of our own packages, as documents tell readers to write them.

use std::ops::Range;

/// A version in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pin {
    /// From 1.
    pub(crate) line: usize,
    /// Where in the text.
    pub(crate) place: Range<usize>,
    pub(crate) version: String,
}

/// `tenable-api = "0.1"`, `tenable-api = { version = "0.1", .. }`, `tenable-cli@0.1.0`, `tenable-api==0.1.0`, `rev v0.1.0`.
pub(crate) fn pins(text: &str) -> Vec<Pin> {
    let mut found = Vec::new();
    let mut start = 0;
    for (index, line) in text.split_inclusive('\n').enumerate() {
        for (place, _) in line.match_indices("tenable-") {
            let name = line[place..].find(|letter: char| !letter.is_ascii_alphanumeric() && letter != '-');
            let Some(after) = name.map(|length| place + length) else { continue };
            let rest = &line[after..];
            let lead = ["==", "@", " = \"", " = { version = \""].into_iter().find(|lead| rest.starts_with(lead));
            let Some(from) = lead.map(|lead| after + lead.len()) else { continue };
            let length = line[from..].find(|letter: char| !letter.is_ascii_digit() && letter != '.');
            let version = line[from..from + length.unwrap_or(line.len() - from)].trim_end_matches('.');
            if !version.is_empty() {
                let place = start + from..start + from + version.len();
                found.push(Pin { line: index + 1, place, version: version.to_owned() });
            }
        }
        start += line.len();
    }
    found
}

/// The text with every pin at this version, each with as many parts as it had.
pub(crate) fn pinned(text: &str, version: &str) -> String {
    let mut text = text.to_owned();
    for pin in pins(&text).into_iter().rev() {
        text.replace_range(pin.place, &shortened(version, &pin.version));
    }
    text
}

/// As many parts of the version as the pin has.
pub(crate) fn shortened(version: &str, pin: &str) -> String {
    version.split('.').take(pin.split('.').count()).collect::<Vec<_>>().join(".")
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "tenable-api = \"0.1\"\ntenable-model = { version = \"0.1.0\", features = [] }\n\
        $ cargo install tenable-cli@0.1.0\n$ pip install tenable-api==0.1.0.\nother = \"0.1\" tenable-api tenable-x = true\n";

    #[test]
    fn pins_are_found_where_readers_copy_them() {
        let found: Vec<_> = pins(TEXT).into_iter().map(|pin| (pin.line, pin.version)).collect();
        let expected = [(1, "0.1"), (2, "0.1.0"), (3, "0.1.0"), (4, "0.1.0")];
        assert_eq!(found, expected.map(|(line, version)| (line, version.to_owned())));
    }

    #[test]
    fn a_new_version_is_written_in_the_length_that_was_there() {
        let text = pinned(TEXT, "0.12.3");
        assert_eq!(text, TEXT.replace("i = \"0.1\"", "i = \"0.12\"").replace("0.1.0", "0.12.3"));
    }
}
