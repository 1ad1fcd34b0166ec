//! Client certificates: fingerprints, and the authority that issues them.

use ring::digest;

use super::call::{Call, Handled, nothing};
use super::envelope::Refusal;
use super::rules;
use crate::tls::fingerprint;

/// The fingerprints by which a certificate is recognised, in lower-case hexadecimal.
pub(super) fn fingerprints(der: &[u8]) -> [String; 2] {
    [fingerprint(&digest::SHA256, der), fingerprint(&digest::SHA1_FOR_LEGACY_USE_ONLY, der)]
}

/// `POST /currentUser/associateCert`: binds the certificate of the connection to the caller.
pub(super) fn associate(call: &mut Call<'_>) -> Handled {
    let account = call.caller_id()?;
    let Some(der) = &call.peer.certificate else {
        return Err(Refusal::attribute("certificate", "The connection has no client certificate."));
    };
    let [sha256, sha1] = fingerprints(der);
    let stored = if call.rules.is(rules::FINGERPRINT, "sha1") { sha1 } else { sha256 };
    let seconds = call.seconds();
    if let Some(user) = call.state.accounts.get_mut(account) {
        user.fingerprint = Some(stored);
        user.modified = seconds;
    }
    if call.rules.is(rules::ASSOCIATE_ANSWER, "empty") { nothing() } else { super::current_user::shown(call) }
}
