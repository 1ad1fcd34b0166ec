//! Relative links in Markdown lead to files that are there, and to headings that are in them.

use std::collections::BTreeMap;

use super::{Finding, Tree, tree};

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut anchors = BTreeMap::new();
    let mut findings = Vec::new();
    for (path, text) in tree.texts().filter(|(path, _)| tree::is_kind(path, "md")) {
        for (line, target) in links(text) {
            if target.contains("://") || target.starts_with("mailto:") {
                continue;
            }
            let (file, anchor) = target.split_once('#').map_or((target, None), |(file, anchor)| (file, Some(anchor)));
            let Some(file) = (if file.is_empty() { Some(path.to_owned()) } else { resolve(path, file) }) else {
                findings.push(Finding::new(path, line, format!("{target} leads out of the checkout")));
                continue;
            };
            if !tree.has(&file) {
                findings.push(Finding::new(path, line, format!("{target} leads to no file")));
            } else if let Some(anchor) = anchor
                && tree::is_kind(&file, "md")
                && !anchors
                    .entry(file.clone())
                    .or_insert_with(|| headings(tree.text(&file)))
                    .iter()
                    .any(|name| name == anchor)
            {
                findings.push(Finding::new(path, line, format!("{target}: {file} has no such heading")));
            }
        }
    }
    findings
}

/// A path as it is meant in a file.
fn resolve(file: &str, target: &str) -> Option<String> {
    let mut parts: Vec<&str> = file.split('/').collect();
    parts.pop();
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            name => parts.push(name),
        }
    }
    Some(parts.join("/"))
}

/// The targets of links, with the numbers of their lines.
fn links(text: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    for (number, line) in prose(text) {
        // What stands between backticks is no link; an odd number of them is no code.
        let code: Vec<usize> = line.match_indices('`').map(|(index, _)| index).collect();
        let is_code = |place: usize| code.chunks_exact(2).any(|pair| pair[0] < place && place < pair[1]);
        for (index, _) in line.match_indices("](") {
            let rest = &line[index + 2..];
            if let Some(end) = rest.find(')').filter(|_| !is_code(index)) {
                // A title may stand behind the target.
                found.extend(rest[..end].split_whitespace().next().map(|target| (number, target)));
            }
        }
        // `[name]: target`, a reference.
        if let Some((_, target)) = line.strip_prefix('[').and_then(|rest| rest.split_once("]: ")) {
            found.extend(target.split_whitespace().next().map(|target| (number, target)));
        }
    }
    found
}

/// The numbered lines that are not in a block of code.
fn prose(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut code = false;
    text.lines().enumerate().filter_map(move |(index, line)| {
        if line.trim_start().starts_with("```") {
            code = !code;
            return None;
        }
        (!code).then_some((index + 1, line))
    })
}

/// The anchors of the headings: small letters, hyphens for spaces, no punctuation; one that comes again is numbered.
fn headings(text: &str) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    let mut seen = BTreeMap::new();
    for (_, line) in prose(text) {
        let title = line.trim_start_matches('#');
        if title.len() == line.len() || !title.starts_with(' ') {
            continue;
        }
        let kept = title.trim().chars().filter(|letter| letter.is_alphanumeric() || [' ', '-', '_'].contains(letter));
        let name: String =
            kept.flat_map(char::to_lowercase).map(|letter| if letter == ' ' { '-' } else { letter }).collect();
        let count = seen.entry(name.clone()).or_insert(0_usize);
        names.push(if *count == 0 { name } else { format!("{name}-{count}") });
        *count += 1;
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dead_links_are_found_and_code_is_left_alone() {
        let tree = Tree::of(&[
            ("README.md", "# One\n[a](docs/a.md) [b](docs/a.md#two-words) [c](docs) [d](#one) [e](https://x.org/y)\n"),
            (
                "docs/a.md",
                "## Two words!\n[up](../README.md \"title\") `[no](link.md)` [out](../../x)\n```\n[no](code.md)\n```\n\
                 [gone](b.md) [heading](#three) [r]\n\n[r]: ../docs/c.md\n",
            ),
        ]);
        let messages: Vec<String> = check(&tree).iter().map(ToString::to_string).collect();
        assert_eq!(
            messages,
            [
                "docs/a.md:2: ../../x leads out of the checkout",
                "docs/a.md:6: b.md leads to no file",
                "docs/a.md:6: #three: docs/a.md has no such heading",
                "docs/a.md:8: ../docs/c.md leads to no file",
            ]
        );
    }

    #[test]
    fn anchors_are_those_of_the_forge() {
        assert_eq!(
            headings("# users.list_all\n## `Code` & more\n### Again\n### Again\n#no heading\n"),
            ["userslist_all", "code--more", "again", "again-1"]
        );
    }
}
