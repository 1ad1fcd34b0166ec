//! Workflows of the forge only start commands of ours, and take actions by the hash of a commit.

use super::{Finding, Tree};

/// What a step may run beside `cargo xtask`: the script that is run on every change.
const SCRIPT: &str = ".ci/run";

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let workflows = tree.texts().filter(|(path, _)| path.starts_with(".github/workflows/"));
    workflows.flat_map(|(path, text)| in_workflow(path, text)).collect()
}

fn in_workflow(path: &str, text: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let step = line.trim_start().trim_start_matches("- ");
        if let Some(action) = step.strip_prefix("uses: ") {
            if !is_pinned(action) {
                findings.push(Finding::new(path, index + 1, format!("{action}: pin it as owner/name@HASH # vVERSION")));
            }
        } else if let Some(command) = step.strip_prefix("run: ")
            && command != SCRIPT
            && !command.starts_with("cargo xtask ")
        {
            let message =
                format!("`{command}`: a workflow runs {SCRIPT} or cargo xtask, so that it can be run anywhere");
            findings.push(Finding::new(path, index + 1, message));
        }
    }
    findings
}

/// By a full hash, with the version for whoever reads it.
fn is_pinned(action: &str) -> bool {
    let Some((name, rest)) = action.split_once('@') else { return false };
    let Some((hash, version)) = rest.split_once(" # v") else { return false };
    let digits = |letter: char| letter.is_ascii_digit() || ('a'..='f').contains(&letter);
    name.contains('/')
        && hash.len() == 40
        && hash.chars().all(digits)
        && version.starts_with(|letter: char| letter.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_and_shell_are_refused() {
        let hash = "0123456789abcdef0123456789abcdef01234567";
        let text = format!(
            "steps:\n  - uses: a/b@{hash} # v1.2.3\n  - uses: a/b@v1\n  - uses: a/b@{hash}\n  - run: cargo xtask ci\n  \
             - run: .ci/run\n  - name: x\n    run: |\n"
        );
        let found = check(&Tree::of(&[(".github/workflows/ci.yml", &text), ("docs/ci.yml", &text)]));
        assert_eq!(found.iter().map(|finding| finding.line).collect::<Vec<_>>(), [3, 4, 8]);
    }
}
