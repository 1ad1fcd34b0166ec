//! First passwords, in a file that only its owner reads.

use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use secrecy::{ExposeSecret as _, SecretString};
use tenable_api::model::Product;
use tenable_directory::{Passwords, Problem, RandomPasswords};

use crate::exit::{Failure, Result};
use crate::output::guarded;

/// Random passwords, each on the disk before the account is made that it is for.
#[derive(Debug)]
pub(super) struct PasswordsFile {
    path: PathBuf,
    file: Mutex<File>,
}

impl PasswordsFile {
    /// A new file. One that is there is left as it is.
    pub(super) fn create(path: &Path) -> Result<Self> {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let failed = |error: io::Error| match error.kind() {
            io::ErrorKind::AlreadyExists => {
                Failure::usage(format!("{} is there already: passwords go to a new file", path.display()))
            }
            _ => Failure::io(format!("{} cannot be made for passwords", path.display()), &error),
        };
        let mut file = options.open(path).map_err(failed)?;
        file.write_all(b"tenant,user_name,password\n").map_err(failed)?;
        Ok(Self { path: path.to_owned(), file: Mutex::new(file) })
    }

    fn append(&self, tenant: &str, user_name: &str, password: &SecretString) -> io::Result<()> {
        let mut line = csv::Writer::from_writer(Vec::new());
        line.write_record([&guarded(tenant), &guarded(user_name), password.expose_secret()])?;
        let line = line.into_inner().map_err(|error| io::Error::other(error.to_string()))?;
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.write_all(&line)?;
        file.sync_data()
    }
}

impl Passwords for PasswordsFile {
    fn first_password(
        &self,
        tenant: &str,
        product: Product,
        user_name: &str,
    ) -> std::result::Result<SecretString, Problem> {
        let password = loop {
            let password = RandomPasswords.first_password(tenant, product, user_name)?;
            // What a spreadsheet would take for a formula would not be shown as it is.
            if guarded(password.expose_secret()) == password.expose_secret() {
                break password;
            }
        };
        self.append(tenant, user_name, &password)
            .map_err(|error| Problem::new(format!("{}: {error}: the account is not made", self.path.display())))?;
        Ok(password)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_written_down_and_can_be_read_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("passwords.csv");
        let passwords = PasswordsFile::create(&path).unwrap();
        let names = (0..100).map(|number| format!("user, {number}"));
        let given: Vec<_> = names
            .map(|name| {
                let password = passwords.first_password("vm", Product::VulnerabilityManagement, &name).unwrap();
                ["vm".to_owned(), name, password.expose_secret().to_owned()]
            })
            .collect();
        let mut reader = csv::Reader::from_path(&path).unwrap();
        assert_eq!(reader.headers().unwrap(), vec!["tenant", "user_name", "password"]);
        let read: Vec<[String; 3]> = reader.deserialize().map(|record| record.unwrap()).collect();
        assert_eq!(read, given);
        assert!(given.iter().all(|[.., password]| guarded(password) == *password));
    }

    #[cfg(unix)]
    #[test]
    fn the_file_is_new_and_its_owners() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("passwords.csv");
        drop(PasswordsFile::create(&path).unwrap());
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        let failure = PasswordsFile::create(&path).unwrap_err();
        assert!(failure.line().ends_with("is there already: passwords go to a new file"), "{}", failure.line());
    }
}
