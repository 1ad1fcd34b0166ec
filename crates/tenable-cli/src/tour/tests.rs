//! The tour against a product that does less than it says.

use std::cell::RefCell;
use std::io::{self, Write};
use std::rc::Rc;

use bytes::Bytes;
use http::{Method, Request, Response};
use serde_json::Value;
use tenable_api::identity_exposure::IdentityExposure;
use tenable_api::security_center::SecurityCenter;
use tenable_api::transport::{HyperTransport, ProxySettings, SharedTransport, TlsSettings, Transport, TransportError};
use tenable_api::vulnerability_management::VulnerabilityManagement;
use tenable_directory::Tenant;
use tenable_emulator::{Emulator, RunningEmulator};

use super::report::Report;
use super::{directory, identity_exposure, security_center, vulnerability_management};
use crate::commands::emulator::runtime;
use crate::exit::Exit;

/// Carries requests on, and leaves a field out of some on the way.
#[derive(Debug)]
struct Forgetful {
    carrier: HyperTransport,
    method: Method,
    field: &'static str,
}

#[async_trait::async_trait]
impl Transport for Forgetful {
    async fn send(&self, mut request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        if *request.method() == self.method {
            let mut body: Value = serde_json::from_slice(request.body()).unwrap_or_default();
            let objects = body.as_array_mut().map_or_else(Vec::new, |list| list.iter_mut().collect());
            for object in objects {
                object.as_object_mut().map(|fields| fields.remove(self.field));
            }
            if let Value::Object(fields) = &mut body {
                fields.remove(self.field);
            }
            *request.body_mut() = body.to_string().into();
        }
        self.carrier.send(request).await
    }
}

#[derive(Clone, Default)]
struct Page(Rc<RefCell<Vec<u8>>>);

impl Write for Page {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn carrier(emulator: &RunningEmulator) -> HyperTransport {
    let transport = HyperTransport::builder().tls(TlsSettings::only(emulator.ca_pem().unwrap()));
    transport.proxy(ProxySettings::none()).build().unwrap()
}

/// How the chapter ends when the product forgets a field, and what it has told.
fn told_by_a_forgetful_product(method: Method, field: &'static str) -> (String, String) {
    let page = Page::default();
    let mut report = Report::to(Box::new(page.clone()), false);
    let failure = runtime().unwrap().block_on(async {
        let emulator = Emulator::builder().tls(true).start().await.unwrap();
        let carrier = carrier(&emulator);
        let endpoint = emulator.identity_exposure();
        let client = IdentityExposure::builder()
            .url(&endpoint.url)
            .api_key(endpoint.api_key.as_str())
            .transport(SharedTransport::new(Forgetful { carrier, method, field }))
            .build()
            .unwrap();
        identity_exposure::chapter(&emulator, client, &mut report).await.unwrap_err()
    });
    assert_eq!(failure.exit(), Exit::Refused);
    let told = String::from_utf8(page.0.borrow().clone()).unwrap();
    (failure.line().to_owned(), told)
}

#[test]
fn a_change_that_is_not_made_is_named() {
    let (line, told) = told_by_a_forgetful_product(Method::PATCH, "department");
    assert_eq!(
        line,
        "step 5 did not do what was asked: bo@example.com, department: wanted Some(\"Identity\"), got None"
    );
    assert!(told.contains('✗') && told.contains("bo@example.com, department: wanted"), "{told}");
}

#[test]
fn a_person_who_is_created_otherwise_is_named() {
    let (line, _) = told_by_a_forgetful_product(Method::POST, "active");
    let each =
        ["ann", "bo", "cy"].map(|name| format!("{name}@example.com, active: wanted Some(true), got Some(false)"));
    assert_eq!(line, format!("step 2 did not do what was asked: {}", each.join("; ")));
}

#[test]
fn a_manager_who_is_made_otherwise_is_named() {
    let mut report = Report::to(Box::new(Page::default()), false);
    let failure = runtime().unwrap().block_on(async {
        let emulator = Emulator::builder().tls(true).start().await.unwrap();
        let forgetful = Forgetful { carrier: carrier(&emulator), method: Method::POST, field: "firstname" };
        let administrator = &emulator.security_center().administrator;
        let client = SecurityCenter::builder()
            .url(&emulator.security_center().url)
            .api_key(administrator.access_key.as_str(), administrator.secret_key.as_str())
            .transport(SharedTransport::new(forgetful))
            .build()
            .unwrap();
        security_center::chapter(&emulator, client, &mut report).await.unwrap_err()
    });
    assert_eq!(
        failure.line(),
        "step 2 did not do what was asked: mara.manager, first name: wanted Some(\"Mara\"), got Some(\"\")"
    );
}

/// How the chapter on Vulnerability Management ends when the product forgets a field.
fn said_of_forgetful_management(method: Method, field: &'static str) -> String {
    let mut report = Report::to(Box::new(Page::default()), false);
    let failure = runtime().unwrap().block_on(async {
        let emulator = Emulator::builder().tls(true).start().await.unwrap();
        let forgetful = Forgetful { carrier: carrier(&emulator), method, field };
        let endpoint = emulator.vulnerability_management();
        let client = VulnerabilityManagement::builder()
            .url(&endpoint.url)
            .api_key(endpoint.access_key.as_str(), endpoint.secret_key.as_str())
            .transport(SharedTransport::new(forgetful))
            .build()
            .unwrap();
        vulnerability_management::chapter(&emulator, client, &mut report).await.unwrap_err()
    });
    failure.line().to_owned()
}

#[test]
fn a_name_that_is_not_changed_is_named() {
    assert_eq!(
        said_of_forgetful_management(Method::PUT, "name"),
        "step 6 did not do what was asked: bo@example.com, name: wanted Some(\"Bo Park\"), got None"
    );
}

#[test]
fn a_role_that_is_not_given_is_named() {
    let line = said_of_forgetful_management(Method::POST, "permissions");
    let difference = "cy@example.com, role: wanted Some(Standard), got Some(Basic)";
    assert_eq!(line, format!("step 3 did not do what was asked: {difference}"));
}

/// How the chapter on tasks ends when Identity Exposure forgets a field.
fn said_of_forgetful_directory(method: Method, field: &'static str) -> String {
    let mut report = Report::to(Box::new(Page::default()), false);
    let failure = runtime().unwrap().block_on(async {
        let emulator = Emulator::builder().tls(true).start().await.unwrap();
        let forgetful = Forgetful { carrier: carrier(&emulator), method, field };
        let endpoint = emulator.identity_exposure();
        let ie = IdentityExposure::builder()
            .url(&endpoint.url)
            .api_key(endpoint.api_key.as_str())
            .transport(SharedTransport::new(forgetful))
            .build()
            .unwrap();
        let others = directory::directory(&emulator).unwrap();
        let tenant = |name: &str| others.tenant(name).unwrap().clone();
        let directory = directory::of([Tenant::new("ie", ie), tenant("sc"), tenant("vm")]).unwrap();
        directory::chapter(&emulator, directory, &mut report).await.unwrap_err()
    });
    failure.line().to_owned()
}

#[test]
fn an_account_that_stays_open_is_named() {
    let line = said_of_forgetful_directory(Method::PATCH, "active");
    assert!(
        line.starts_with("step 7 did not do what was asked: ann.tasks@example.com, is closed: wanted \"\", got \"ie: "),
        "{line}"
    );
    assert!(line.contains("not applied: enabled should be false and is true"), "{line}");
}

#[test]
fn a_name_that_the_plan_did_not_bring_is_named() {
    let line = said_of_forgetful_directory(Method::POST, "name");
    assert!(line.starts_with("step 2 did not do what was asked: ann.tasks@example.com, "), "{line}");
}
