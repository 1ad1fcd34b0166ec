//! `/api/saml-configuration`.

use http::StatusCode;
use serde_json::{Value, json};

use super::call::{Call, Handled, Refusal, ok};
use super::ldap::{ALLOWED_GROUPS, check_groups};
use super::permissions::Action;
use super::schema::{Schema, TEXT_OR_NULL, optional};

const ENTITY: &str = "samlConfiguration";

pub(super) static UPDATE: Schema = Schema::Object(&[
    optional("enabled", Schema::Boolean),
    optional("providerLoginUrl", TEXT_OR_NULL),
    optional("signatureCertificate", TEXT_OR_NULL),
    optional("activateCreatedUsers", Schema::Boolean),
    optional("allowedGroups", ALLOWED_GROUPS),
]);

pub(super) fn read(call: &mut Call<'_>) -> Handled {
    call.may_read(ENTITY, None)?;
    ok(call.state.saml_configuration.clone().into())
}

pub(super) fn update(call: &mut Call<'_>) -> Handled {
    call.may(Action::Edit, ENTITY, None)?;
    check_groups(call)?;
    if let Value::Object(body) = std::mem::take(&mut call.body) {
        if !body.is_empty() {
            call.state.saml_configuration.extend(body);
        }
    }
    ok(call.state.saml_configuration.clone().into())
}

pub(super) fn generate_certificate(call: &mut Call<'_>) -> Handled {
    call.may(Action::Edit, ENTITY, None)?;
    let certificate = rcgen::generate_simple_self_signed(["identity.example.com".to_owned()])
        .map_err(|error| Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, error.to_string()))?;
    let pem = certificate.cert.pem();
    call.state.saml_configuration.insert("encryptionCertificate".to_owned(), pem.clone().into());
    ok(json!({ "encryptionCertificate": pem }))
}
