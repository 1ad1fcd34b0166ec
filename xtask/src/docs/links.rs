//! The links within the built book: each leads to a file that is there, and to an anchor that is in it.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt, fs, io,
    path::{Component, Path, PathBuf},
};

use anyhow::{Context as _, bail};

/// What was checked.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Checked {
    pages: usize,
    links: usize,
}

impl fmt::Display for Checked {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} pages, {} links within it resolve", self.pages, self.links)
    }
}

/// Checks every link and every picture of every page; fails and names those that lead nowhere.
pub(crate) fn check(book: &Path) -> anyhow::Result<Checked> {
    let mut pages = BTreeMap::new();
    read(book, book, &mut pages).with_context(|| format!("cannot read {}", book.display()))?;
    let mut links = 0;
    let mut broken = BTreeSet::new();
    for (page, text) in &pages {
        // The page for what is not found stands for any address, and links from the root of a site.
        if page == Path::new("404.html") {
            continue;
        }
        for link in values(text, "href").chain(values(text, "src")) {
            let Some((file, anchor)) = target(page, &link) else { continue };
            links += 1;
            let there = match pages.get(&file) {
                Some(text) => anchor.is_empty() || values(text, "id").any(|id| id == anchor),
                None => book.join(&file).is_file() && anchor.is_empty(),
            };
            if !there {
                broken.insert(format!("{}: {link}", page.display()));
            }
        }
    }
    if !broken.is_empty() {
        bail!("links of the book lead nowhere:\n  {}", Vec::from_iter(broken).join("\n  "));
    }
    Ok(Checked { pages: pages.len(), links })
}

/// All HTML below the folder, by its path from the root.
fn read(root: &Path, folder: &Path, pages: &mut BTreeMap<PathBuf, String>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            read(root, &path, pages)?;
        } else if path.extension().is_some_and(|extension| extension == "html") {
            let text = fs::read_to_string(&path)?;
            pages.insert(path.strip_prefix(root).unwrap_or(&path).to_owned(), text);
        }
    }
    Ok(())
}

/// The values of an attribute, as mdBook writes it: in double quotes.
fn values<'a>(text: &'a str, attribute: &str) -> impl Iterator<Item = String> + use<'a> {
    let start = format!(" {attribute}=\"");
    let mut rest = text;
    std::iter::from_fn(move || {
        let (_, after) = rest.split_once(&start)?;
        let (value, after) = after.split_once('"')?;
        rest = after;
        Some(value.replace("&quot;", "\"").replace("&#39;", "'").replace("&amp;", "&"))
    })
}

/// The file and the anchor that a link of a page leads to; nothing for a link out of the book.
fn target(page: &Path, link: &str) -> Option<(PathBuf, String)> {
    let outside = link.split_once(':').is_some_and(|(scheme, _)| scheme.chars().all(char::is_alphanumeric));
    if outside || link.starts_with("//") {
        return None;
    }
    let (path, anchor) = link.split_once('#').unwrap_or((link, ""));
    let path = path.split('?').next().unwrap_or_default();
    let mut file = if path.is_empty() { page.to_owned() } else { page.parent().unwrap_or(page).to_owned() };
    for part in Path::new(path).components() {
        match part {
            // Out of the book there is nothing that every place where it is shown has.
            Component::ParentDir if !file.pop() => return Some((PathBuf::from(".."), String::new())),
            Component::Normal(part) => file.push(part),
            _ => {}
        }
    }
    Some((file, anchor.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn book(pages: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (path, text) in pages {
            let file = folder.path().join(path);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, text).unwrap();
        }
        folder
    }

    #[test]
    fn links_to_pages_anchors_and_files_resolve() {
        let book = book(&[
            (
                "index.html",
                r##"<a href="a/b.html#one&amp;two">b</a> <a href="#top">up</a><h1 id="top"> <a href="https://example.com">out</a>"##,
            ),
            ("a/b.html", r#"<h2 id="one&amp;two"></h2><img src="../book.css?1"><a href="mailto:ann@example.com">"#),
            ("book.css", ""),
        ]);
        assert_eq!(check(book.path()).unwrap(), Checked { pages: 2, links: 3 });
    }

    #[test]
    fn what_leads_nowhere_is_named() {
        let book = book(&[
            ("index.html", r#"<a href="b.html#gone">b</a> <a href="c.html">c</a>"#),
            ("b.html", r#"<a href="../index.html">out of the book</a> <a href="index.html">back</a>"#),
        ]);
        let error = check(book.path()).unwrap_err().to_string();
        assert_eq!(
            error,
            "links of the book lead nowhere:\n  b.html: ../index.html\n  index.html: b.html#gone\n  index.html: c.html"
        );
    }
}
