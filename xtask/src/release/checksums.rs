//! SHA-256 of what is published.

use std::{
    fmt::Write as _,
    fs, io,
    path::{Path, PathBuf},
};

use sha2::{Digest as _, Sha256};

/// Of all files of a folder but itself.
pub(super) const FILE: &str = "SHA256SUMS";

/// The sum of a file, in hexadecimal digits.
pub(super) fn of(file: &Path) -> io::Result<String> {
    let mut text = String::new();
    for byte in Sha256::digest(fs::read(file)?) {
        let _infallible = write!(text, "{byte:02x}");
    }
    Ok(text)
}

/// The files below a folder, sorted, with their sums, as `sha256sum --check` reads them.
pub(super) fn of_folder(folder: &Path) -> io::Result<String> {
    let mut text = String::new();
    for path in files(folder)? {
        let name = path.strip_prefix(folder).unwrap_or(&path).to_string_lossy().replace('\\', "/");
        if name != FILE {
            let _infallible = writeln!(text, "{}  {name}", of(&path)?);
        }
    }
    Ok(text)
}

/// All files below a folder, sorted.
pub(super) fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            files.extend(self::files(&path)?);
        } else {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_those_that_other_programs_make() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        fs::create_dir(path("b")).unwrap();
        fs::write(path("b/c.txt"), "abc").unwrap();
        fs::write(path("a.txt"), "").unwrap();
        fs::write(path(FILE), "old").unwrap();
        assert_eq!(
            of_folder(folder.path()).unwrap(),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  a.txt\n\
             ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  b/c.txt\n"
        );
    }
}
