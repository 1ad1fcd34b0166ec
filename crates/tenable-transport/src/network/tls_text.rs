//! TLS errors in plain words.

use std::time::{Duration, UNIX_EPOCH};

use rustls::{AlertDescription, CertificateError, Error, InvalidMessage};
use rustls_pki_types::UnixTime;

use super::platform::UNREADABLE;

/// What is wrong, and what to do, for the connection to `host`.
pub(super) fn describe(error: &Error, host: &str) -> String {
    match error {
        Error::InvalidCertificate(why) => certificate(why, host),
        Error::AlertReceived(alert) => format!("{host} refused the secure connection: {}", alert_text(*alert)),
        Error::InvalidMessage(InvalidMessage::InvalidContentType) => {
            format!("{host} does not speak TLS on this port; is the URL http, or the port another one?")
        }
        Error::PeerIncompatible(_) => format!("{host} offers neither TLS 1.2 nor TLS 1.3 with a common cipher"),
        Error::General(text) if text.starts_with(UNREADABLE) => text.clone(),
        _ => format!("the secure connection to {host} could not be set up"),
    }
}

fn certificate(why: &CertificateError, host: &str) -> String {
    match why {
        CertificateError::NotValidForName => format!(
            "the certificate of {host} is for another name; use the name it was made for, or have it made for this one"
        ),
        CertificateError::NotValidForNameContext { presented, .. } => {
            let names: Vec<_> = presented.iter().map(|name| plain_name(name)).collect();
            let names = if names.is_empty() { "no name at all".to_owned() } else { names.join(", ") };
            format!(
                "the certificate of {host} is for another name: {names}; use a name it was made for, or have it made \
                 for this one"
            )
        }
        CertificateError::Expired => format!("the certificate of {host} has expired; renew it on the server"),
        CertificateError::ExpiredContext { not_after, .. } => {
            format!("the certificate of {host} expired on {}; renew it on the server", date(*not_after))
        }
        CertificateError::NotValidYet => {
            format!("the certificate of {host} is not valid yet; is the clock of this machine right?")
        }
        CertificateError::NotValidYetContext { not_before, .. } => format!(
            "the certificate of {host} is not valid before {}; is the clock of this machine right?",
            date(*not_before)
        ),
        CertificateError::UnknownIssuer => format!(
            "the certificate of {host} was issued by an authority that is not trusted here; add the certificate of \
             that CA, or the server's own, to the TLS settings"
        ),
        CertificateError::Revoked => format!("the certificate of {host} was revoked; replace it on the server"),
        CertificateError::InvalidPurpose | CertificateError::InvalidPurposeContext { .. } => {
            format!("the certificate of {host} was not made for a server; replace it on the server")
        }
        CertificateError::BadSignature => {
            format!(
                "{host} does not hold the key of the certificate it shows, or the authority named there did not sign \
                 it; is it the right server, and the right CA?"
            )
        }
        // The verifier has no variant of its own for this one.
        CertificateError::Other(other) if other.to_string().contains("CaUsedAsEndEntity") => {
            format!(
                "{host} shows a certificate that is marked as a CA's and not among those given here; add exactly this \
                 one to the TLS settings, or give the server one issued by that CA"
            )
        }
        _ => format!("the certificate of {host} is not acceptable"),
    }
}

fn alert_text(alert: AlertDescription) -> String {
    match alert {
        AlertDescription::CertificateRequired => "it wants a client certificate".to_owned(),
        AlertDescription::BadCertificate
        | AlertDescription::UnknownCA
        | AlertDescription::CertificateUnknown
        | AlertDescription::CertificateExpired
        | AlertDescription::CertificateRevoked
        | AlertDescription::UnsupportedCertificate
        | AlertDescription::AccessDenied => format!("it does not accept the client certificate ({alert:?})"),
        AlertDescription::HandshakeFailure => {
            "no common ground was found; it may want a client certificate, or older ciphers".to_owned()
        }
        AlertDescription::ProtocolVersion => "it offers neither TLS 1.2 nor TLS 1.3".to_owned(),
        AlertDescription::UnrecognisedName => "it does not know this host name".to_owned(),
        other => format!("{other:?}"),
    }
}

/// `DnsName("a.example")` as the library writes it, as a person would.
fn plain_name(name: &str) -> String {
    name.split_once('(').map_or(name, |(_, rest)| rest.trim_end_matches(')')).trim_matches('"').to_owned()
}

fn date(time: UnixTime) -> String {
    UNIX_EPOCH
        .checked_add(Duration::from_secs(time.as_secs()))
        .filter(|date| *date < UNIX_EPOCH + Duration::from_secs(253_402_300_800))
        .map_or_else(|| "an unknown date".to_owned(), httpdate::fmt_http_date)
}

#[cfg(test)]
mod tests {
    use rustls_pki_types::ServerName;

    use super::*;

    #[test]
    fn says_what_is_wrong_and_what_to_do() {
        let at = |seconds| UnixTime::since_unix_epoch(Duration::from_secs(seconds));
        let name = ServerName::try_from("acme.example").unwrap();
        for (error, expected) in [
            (
                CertificateError::NotValidForNameContext {
                    expected: name,
                    presented: vec!["DnsName(\"a.example\")".into(), "IpAddress(10.0.0.1)".into()],
                },
                "the certificate of acme.example is for another name: a.example, 10.0.0.1; use a name it was made for, \
                 or have it made for this one",
            ),
            (
                CertificateError::ExpiredContext { time: at(0), not_after: at(784_111_777) },
                "the certificate of acme.example expired on Sun, 06 Nov 1994 08:49:37 GMT; renew it on the server",
            ),
            (
                CertificateError::NotValidYetContext { time: at(0), not_before: at(u64::MAX) },
                "the certificate of acme.example is not valid before an unknown date; is the clock of this machine \
                 right?",
            ),
            (
                CertificateError::UnknownIssuer,
                "the certificate of acme.example was issued by an authority that is not trusted here; add the \
                 certificate of that CA, or the server's own, to the TLS settings",
            ),
        ] {
            assert_eq!(describe(&Error::InvalidCertificate(error), "acme.example"), expected);
        }
    }

    #[test]
    fn what_is_wrong_with_a_certificate_has_a_text_of_its_own() {
        use CertificateError as Wrong;
        let unnamed = Wrong::NotValidForNameContext {
            expected: ServerName::try_from("acme.example").unwrap(),
            presented: Vec::new(),
        };
        for (error, part) in [
            (Wrong::NotValidForName, "is for another name; use"),
            (unnamed, "is for another name: no name at all; use"),
            (Wrong::Expired, "has expired; renew it"),
            (Wrong::NotValidYet, "is not valid yet; is the clock"),
            (Wrong::Revoked, "was revoked; replace it"),
            (Wrong::InvalidPurpose, "was not made for a server"),
            (Wrong::BadSignature, "is it the right server, and the right CA?"),
            (Wrong::BadEncoding, "the certificate of acme.example is not acceptable"),
        ] {
            let text = describe(&Error::InvalidCertificate(error), "acme.example");
            assert!(text.contains(part), "{text}");
        }
        // The last second that has a year of four digits.
        let last = UnixTime::since_unix_epoch(Duration::from_secs(253_402_300_799));
        assert_eq!(date(last), "Fri, 31 Dec 9999 23:59:59 GMT");
    }

    #[test]
    fn what_the_server_refuses_has_a_text_of_its_own() {
        use AlertDescription as Alert;
        for (alert, part) in [
            (Alert::CertificateRequired, "it wants a client certificate"),
            (Alert::BadCertificate, "it does not accept the client certificate (BadCertificate)"),
            (Alert::UnknownCA, "it does not accept the client certificate (UnknownCA)"),
            (Alert::HandshakeFailure, "no common ground was found"),
            (Alert::ProtocolVersion, "neither TLS 1.2 nor TLS 1.3"),
            (Alert::UnrecognisedName, "it does not know this host name"),
            (Alert::InternalError, "InternalError"),
        ] {
            let text = describe(&Error::AlertReceived(alert), "acme.example");
            assert!(text.starts_with("acme.example refused the secure connection: "), "{text}");
            assert!(text.contains(part), "{text}");
        }
        for (error, part) in [
            (Error::InvalidMessage(InvalidMessage::InvalidContentType), "does not speak TLS on this port"),
            (Error::InvalidMessage(InvalidMessage::InvalidCertRequest), "could not be set up"),
            (Error::PeerIncompatible(rustls::PeerIncompatible::NoCipherSuitesInCommon), "with a common cipher"),
            (Error::General(format!("{UNREADABLE}: none")), UNREADABLE),
            (Error::General("sentinel".to_owned()), "could not be set up"),
        ] {
            let text = describe(&error, "acme.example");
            assert!(text.contains(part) && !text.contains("sentinel"), "{text}");
        }
    }
}
