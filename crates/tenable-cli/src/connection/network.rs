//! How to get there: certificates and proxies.

use tenable_api::transport::{ProxySettings, TlsSettings};

use crate::config::Profile;
use crate::exit::{Failure, Result};
use crate::options::Scopes;
use crate::output::message;
use crate::stdin;

pub(super) fn tls(scopes: &Scopes<'_>, profile: &Profile, quiet: bool) -> Result<TlsSettings> {
    let (extra, only) = match (scopes.path("ca-file"), scopes.path("only-ca-file")) {
        (Some(_), Some(_)) => return Err(Failure::usage("--ca-file and --only-ca-file exclude each other")),
        (None, None) => (profile.ca_file.clone(), profile.only_ca_file.clone()),
        given => given,
    };
    let mut tls = match (extra, only) {
        (Some(_), Some(_)) => return Err(Failure::usage("ca_file and only_ca_file exclude each other")),
        (Some(file), None) => TlsSettings::platform_plus_file(file),
        (None, Some(file)) => TlsSettings::only_file(file),
        (None, None) => TlsSettings::platform(),
    };
    let certificate = scopes.path("client-certificate").or_else(|| profile.client_certificate.clone());
    let key = scopes.path("client-key").or_else(|| profile.client_key.clone());
    tls = match (certificate, key, &profile.client_key_env) {
        (None, None, _) => tls,
        (Some(certificate), Some(key), _) => tls.client_certificate_files(certificate, key),
        (Some(certificate), None, Some(variable)) => {
            let chain = std::fs::read(&certificate)
                .map_err(|error| Failure::io(format!("{} cannot be read", certificate.display()), &error))?;
            tls.client_certificate(chain, stdin::variable(variable)?.into())
        }
        _ => return Err(Failure::usage("a client certificate needs its key: give both")),
    };
    if scopes.flag("dangerously-accept-any-certificate") || profile.dangerously_accept_any_certificate {
        if !quiet {
            message("warning: the server is not verified: anyone on the way can read and change everything");
        }
        tls = tls.dangerous_accept_any_certificate();
    }
    Ok(tls)
}

pub(super) fn proxy(scopes: &Scopes<'_>, profile: &Profile) -> Result<ProxySettings> {
    let url = match (scopes.text("proxy"), &profile.proxy, &profile.proxy_env) {
        (Some(url), ..) => {
            if url.contains('@') {
                return Err(Failure::usage(
                    "--proxy holds a password, which everyone could read on the command line: set HTTPS_PROXY instead",
                ));
            }
            Some(url)
        }
        (None, Some(_), Some(_)) => return Err(Failure::usage("proxy and proxy_env exclude each other")),
        (None, Some(url), None) => Some(url.clone()),
        (None, None, Some(variable)) => Some(stdin::variable(variable)?),
        (None, None, None) => None,
    };
    let exceptions = scopes.text("no-proxy").or_else(|| profile.no_proxy.clone());
    let proxy = url.map_or_else(ProxySettings::from_environment, ProxySettings::explicit);
    Ok(match exceptions.as_deref() {
        Some("*") => ProxySettings::none(),
        Some(list) => proxy.no_proxy(list),
        None => proxy,
    })
}
