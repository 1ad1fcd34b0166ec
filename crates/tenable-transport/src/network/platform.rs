//! What the platform trusts, read when it is first needed and once a process.

use std::env;
use std::ffi::OsString;
use std::sync::{Arc, Mutex, PoisonError};

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::{DigitallySignedStruct, Error, SignatureScheme};
use rustls_pki_types::{CertificateDer, ServerName, UnixTime};
use rustls_platform_verifier::Verifier;

/// What is said when it cannot be read.
pub(super) const UNREADABLE: &str = "the platform's trusted certificates could not be read; name the CA of the server";

/// Stores that are kept, one for each set of further certificates and of places. More than one is rare.
const KEPT: usize = 8;

/// Those of this process.
static STORES: Stores<Verifier> = Stores::new();

/// Trusts what the platform does, and further roots.
#[derive(Debug)]
pub(super) struct Platform {
    further: Vec<CertificateDer<'static>>,
    provider: Arc<CryptoProvider>,
}

impl Platform {
    /// Nothing is read yet.
    pub(super) fn new(further: Vec<CertificateDer<'static>>, provider: Arc<CryptoProvider>) -> Self {
        Self { further, provider }
    }

    /// The verifier. An error is not kept: the next call reads again.
    pub(super) fn load(&self) -> Result<Arc<Verifier>, Error> {
        let place = Place {
            further: self.further.clone(),
            // Both are obeyed where certificates are files.
            variables: ["SSL_CERT_FILE", "SSL_CERT_DIR"].map(env::var_os),
        };
        STORES.get(place, || Verifier::new_with_extra_roots(self.further.clone(), Arc::clone(&self.provider)))
    }
}

impl ServerCertVerifier for Platform {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let verifier = self.load().map_err(|error| Error::General(format!("{UNREADABLE}: {error}")))?;
        verifier.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now)
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

/// What decides which certificates are read.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Place {
    further: Vec<CertificateDer<'static>>,
    variables: [Option<OsString>; 2],
}

/// What was read, the oldest first.
struct Stores<V>(Mutex<Vec<(Place, Arc<V>)>>);

impl<V> Stores<V> {
    const fn new() -> Self {
        Self(Mutex::new(Vec::new()))
    }

    /// What is there for the place, read if need be. Whoever comes meanwhile waits for it.
    fn get(&self, place: Place, read: impl FnOnce() -> Result<V, Error>) -> Result<Arc<V>, Error> {
        let mut stores = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, store)) = stores.iter().find(|(known, _)| *known == place) {
            return Ok(Arc::clone(store));
        }
        let store = Arc::new(read()?);
        if stores.len() == KEPT {
            stores.remove(0);
        }
        stores.push((place, Arc::clone(&store)));
        Ok(store)
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    fn place(file: &str) -> Place {
        Place { further: Vec::new(), variables: [Some(file.into()), None] }
    }

    #[test]
    fn a_place_is_read_once() {
        let (stores, reads) = (Stores::new(), Cell::new(0));
        let get = |file: &str| {
            let read = || {
                reads.set(reads.get() + 1);
                Ok(reads.get())
            };
            *stores.get(place(file), read).unwrap()
        };
        assert_eq!([get("a"), get("a"), get("b"), get("a"), get("b")], [1, 1, 2, 1, 2]);
        let further = Place { further: vec![CertificateDer::from(vec![1])], ..place("a") };
        assert_eq!(*stores.get(further, || Ok(7)).unwrap(), 7);
    }

    #[test]
    fn an_error_is_not_kept() {
        let stores = Stores::new();
        assert!(stores.get(place("a"), || Err(Error::General("no file".into()))).is_err());
        assert_eq!(*stores.get(place("a"), || Ok(1)).unwrap(), 1);
    }

    #[test]
    fn no_more_are_kept_than_is_sensible() {
        let stores = Stores::new();
        for number in 0..3 * KEPT {
            stores.get(place(&number.to_string()), || Ok(number)).unwrap();
        }
        assert_eq!(stores.0.lock().unwrap().len(), KEPT);
        assert_eq!(*stores.get(place("0"), || Ok(99)).unwrap(), 99);
    }

    #[test]
    fn what_the_platform_lacks_is_said_in_the_handshake() {
        let text = super::super::tls_text::describe(&Error::General(format!("{UNREADABLE}: none")), "acme.example");
        assert_eq!(text, format!("{UNREADABLE}: none"));
    }
}
