//! Nothing is marked to be done later: it is done, or an issue says it.

use super::{Finding, Tree};

/// Written in two parts, so that this file has none.
const MARKERS: [&str; 4] = [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("XX", "X"), concat!("HA", "CK")];

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, text) in tree.texts() {
        for (index, line) in text.lines().enumerate() {
            if let Some(marker) = MARKERS.into_iter().find(|marker| has_word(line, marker)) {
                findings.push(Finding::new(path, index + 1, format!("{marker}: do it, or open an issue")));
            }
        }
    }
    findings
}

/// Whether the word stands alone: not as a part of a longer one.
fn has_word(line: &str, word: &str) -> bool {
    let part = |character: char| character.is_alphanumeric() || character == '_';
    line.match_indices(word)
        .any(|(start, _)| !line[..start].ends_with(part) && !line[start + word.len()..].starts_with(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_and_parts_of_words_are_not() {
        let [first, second, ..] = MARKERS;
        let text = format!("fine\n// {first}: later\n{second}\nMAS{first}NT {first}_LIST\n");
        let found = check(&Tree::of(&[("a.rs", &text)]));
        assert_eq!(found.iter().map(|finding| finding.line).collect::<Vec<_>>(), [2, 3]);
    }
}
