//! The contract says what an operation does; a command says what to do: "Creates a user" as "Create a user".

use tenable_api::OperationMeta;
use tenable_api::transport::Idempotency;

/// The summary of an operation as an order, without a full stop.
pub(super) fn order(meta: &OperationMeta) -> String {
    let mut after_or = true;
    let words = meta.summary.trim_end_matches('.').split(' ').map(|word| {
        let verb = after_or.then(|| stem(word)).flatten();
        after_or = word == "or";
        verb.unwrap_or_else(|| word.to_owned())
    });
    let order = words.collect::<Vec<_>>().join(" ");
    // What is read is given to nobody: it is shown.
    match order.strip_prefix("Give ") {
        Some(rest) if meta.idempotency == Idempotency::Read => format!("Show {rest}"),
        _ => order,
    }
}

/// `Creates` as `Create`, `Copies` as `Copy`; nothing of what is no verb in that form.
fn stem(word: &str) -> Option<String> {
    match word.strip_suffix("ies") {
        Some(stem) => Some(format!("{stem}y")),
        None => word.strip_suffix('s').map(str::to_owned),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::commands::line::LINES;

    fn metas() -> impl Iterator<Item = &'static OperationMeta> {
        LINES.iter().flat_map(|line| line.operations).map(tenable_api::UntypedOperation::meta)
    }

    #[test]
    fn every_operation_begins_with_a_verb() {
        let verbs: BTreeSet<String> =
            metas().map(order).filter_map(|order| Some(order.split(' ').next()?.to_owned())).collect();
        let known = "Add Ask Bind Change Copy Create Delete Drop Enable End Generate Give List Remove Rename Replace Send Set Show Sign Tell Turn Write";
        assert_eq!(verbs.into_iter().collect::<Vec<_>>(), known.split(' ').collect::<Vec<_>>());
    }

    #[test]
    fn a_summary_becomes_an_order() {
        let orders: Vec<String> = metas().map(order).collect();
        for order in [
            "Create a user",
            "Enable or disable a user",
            "Rename a group, or set whether SAML manages its members",
            "Copy a role under a new name",
            "Show one user",
            "Give a user another role, predefined or custom",
            "List the users of the caller's own organization, or the administrators",
        ] {
            assert!(orders.iter().any(|found| found == order), "{order}: {orders:#?}");
        }
    }
}
