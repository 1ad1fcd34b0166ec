"""What pyTenable has: its clients and the calls of the three that `tenable_api.compat` stands in for.

Names only. A test holds the tables against the pyTenable that is installed. What `compat` covers of them is not written here: see
`_coverage.py`.
"""

from __future__ import annotations

from functools import cache

#: Where a client class is imported from. The first three are those of `tenable_api.compat`.
CLIENTS = {
    "tenable.ie.TenableIE": "TenableIE",
    "tenable.sc.TenableSC": "TenableSC",
    "tenable.io.TenableIO": "TenableIO",
    "tenable.ie.session.TenableIE": "TenableIE",
    "tenable.vm.TenableVM": "TenableIO",
    "tenable.apa.TenableAPA": "TenableAPA",
    "tenable.asm.TenableASM": "TenableASM",
    "tenable.asm.session.TenableASM": "TenableASM",
    "tenable.cloudsecurity.CloudSecurity": "CloudSecurity",
    "tenable.cloudsecurity.session.CloudSecurity": "CloudSecurity",
    "tenable.dl.Downloads": "Downloads",
    "tenable.nessus.Nessus": "Nessus",
    "tenable.nessus.api.Nessus": "Nessus",
    "tenable.ot.TenableOT": "TenableOT",
    "tenable.ot.session.TenableOT": "TenableOT",
    "tenable.tenableone.TenableOne": "TenableOne",
}

#: Modules that a `from ... import *` takes the named class from.
STARS = {path.rpartition(".")[0]: path for path in CLIENTS}

#: What every client can do by itself, with methods only.
VERBS = frozenset({"delete", "get", "head", "patch", "post", "put"})

#: Sections of a client and their methods. A dot stands before the methods of a section within the section.
SECTIONS: dict[str, dict[str, str]] = {
    "TenableIE": {
        "about": "version",
        "ad_object": "details details_by_event details_by_profile_and_checker get_changes search_all",
        "alerts": "details list_by_profile update update_on_profile",
        "api_keys": "get refresh",
        "application_settings": "details update",
        "attack_type_options": "create list",
        "attack_types": "list",
        "attacks": "list",
        "category": "details list",
        "checker": "details list",
        "checker_option": "create list",
        "dashboard": "create delete details list update",
        "deviance": (
            "get_history_details list list_by_checker list_by_directory_and_checker search update_by_checker "
            "update_history_details update_on_ado_and_checker"
        ),
        "directories": "create delete details list update",
        "email_notifiers": "create delete details list send_test_email send_test_email_by_id update",
        "event": "details search_events",
        "infrastructure": "create delete details list update",
        "ldap_configuration": "details update",
        "license": "create details",
        "lockout_policy": "details update",
        "preference": "details update",
        "profiles": "commit copy_profile create delete details list unstage update",
        "reason": "details list list_by_checker list_by_directory_and_event",
        "roles": "copy_role create default_roles delete details list replace_role_permissions update",
        "saml_configuration": "details generate_saml_certificate update",
        "score": "list",
        "syslog": "create delete details list send_notification send_syslog_notification_by_id update",
        "topology": "details",
        "users": "change_password create create_password delete details info list retrieve_password update update_user_roles",
        "widgets": "create define_widget_options delete details list update widget_options_details",
    },
    "TenableSC": {
        "accept_risks": "apply create delete details list",
        "alerts": "create delete details edit execute list",
        "analysis": "console events mobile scan vulns",
        "asset_lists": "create delete details edit export_definition import_definition ldap_query list refresh share tags",
        "audit_files": "create delete details edit export_audit list template_categories template_details template_list",
        "credentials": "create delete details edit list share tags",
        "current": "associate_cert org user",
        "feeds": "process status update",
        "files": "clear upload",
        "groups": "create delete details edit list",
        "hosts": "list search update_acr",
        "license": "details update",
        "organizations": (
            "accept_risk_rules create delete details edit list manager_create manager_delete manager_details manager_edit "
            "managers_list recast_risk_rules"
        ),
        "plugins": "details family_details family_list family_plugins list",
        "policies": "copy create delete details edit export_policy import_policy list share tags template_details template_list",
        "queries": "create delete details edit list share tags",
        "recast_risks": "apply create delete details list",
        "report_definition": "launch",
        "repositories": (
            "accept_risk_rules asset_intersections create delete details device_info edit export_repository "
            "import_repository list mobile_sync recast_risk_rules remote_authorize remote_fetch remote_sync"
        ),
        "roles": "create delete details edit list",
        "scan_instances": "copy delete details email export_scan import_scan list pause reimport_scan resume stop",
        "scan_zones": "create delete details edit list",
        "scanners": "agent_scans create delete details edit list update_status",
        "scans": "copy create delete details edit launch list",
        "status": "status",
        "system": "current_locale details diagnostics list_locales set_locale status",
        "tickets": "create details edit list",
        "users": "create delete details edit list",
    },
    "TenableIO": {
        "access_control": (
            "create delete details get_current_user_permission get_user_group_permission get_user_permission list update"
        ),
        "agent_config": "details edit",
        "agent_exclusions": "create delete details edit list",
        "agent_groups": "add_agent configure create delete delete_agent delete_agents details list task_status",
        "agents": "details list task_status unlink",
        "assets": (
            "asset_import assign_tags bulk_delete delete details import_job_details list list_import_jobs move_assets "
            "tags update_acr"
        ),
        "audit_log": "events",
        "credentials": "create delete details edit list types upload",
        "cs": (
            "images.delete images.details images.list reports.report repositories.delete repositories.details repositories.list"
        ),
        "editor": (
            "audits details obj_details parse_audits parse_creds parse_plugins plugin_description template_details template_list"
        ),
        "exclusions": "create delete details edit exclusions_import list",
        "exports": "assets assets_v2 cancel compliance download_chunk initiate_export jobs status vulns was",
        "files": "upload",
        "filters": (
            "access_group_asset_rules_filters access_group_asset_rules_filters_v2 access_group_filters "
            "access_group_filters_v2 agents_filters asset_tag_filters credentials_filters networks_filters scan_filters "
            "workbench_asset_filters workbench_vuln_filters"
        ),
        "folders": "create delete edit list",
        "groups": "add_user create delete delete_user edit list list_users",
        "networks": "assign_scanners create delete details edit list list_scanners network_asset_count unassigned_scanners",
        "pci": (
            "attestations.assets attestations.details attestations.disputes attestations.failures attestations.list scans.list"
        ),
        "permissions": "change list",
        "plugins": "families family_details list plugin_details",
        "policies": "configure copy create delete details list policy_export policy_import template_details templates",
        "recast_rules": "create delete details edit filters search",
        "remediationscans": "create_remediation_scan list_remediation_scan",
        "scanner_groups": "add_scanner create delete delete_scanner details edit edit_routes list list_routes list_scanners",
        "scanners": (
            "allowed_scanners control_scan delete details edit edit_permissions get_aws_targets get_permissions "
            "get_scanner_key get_scans linking_key list toggle_link_state"
        ),
        "scans": (
            "attachment check_auto_targets configure configure_scan_schedule copy create create_scan_schedule "
            "delete delete_history details export history host_details import_scan info launch list pause plugin_output "
            "progress results resume schedule set_read_status status stop timezones upsert_aws_credentials"
        ),
        "server": "properties status",
        "session": "change_password details edit enable_two_factor gen_api_keys restore two_factor verify_two_factor",
        "tags": (
            "assign create create_category delete delete_category details details_category edit edit_category "
            "get_tag_uuid list list_categories unassign"
        ),
        "users": (
            "change_password create delete details edit edit_auths enable_two_factor enabled gen_api_keys impersonate "
            "list list_auths two_factor verify_two_factor"
        ),
        "was": "download_scan_report export",
        "workbenches": (
            "asset_activity asset_delete asset_info asset_vuln_info asset_vuln_output asset_vulns assets export "
            "vuln_assets vuln_info vuln_outputs vulns"
        ),
    },
}

#: What only the line before the present one has.
OLDER: dict[str, dict[str, str]] = {
    "TenableIO": {
        "v3": (
            "access_control.create access_control.delete access_control.details access_control.get_current_user_permission "
            "access_control.get_user_group_permission access_control.get_user_permission access_control.list access_control.update"
        ),
    },
}

#: What a client has besides sections and `VERBS`.
OWN: dict[str, frozenset[str]] = {
    "TenableIE": frozenset(),
    "TenableSC": frozenset({"login", "logout", "version"}),
    "TenableIO": frozenset(),
}


@cache
def calls(product: str) -> frozenset[str]:
    """Every call of a client as it stands behind the client's name, such as `users.list`. Empty for a client without a table."""
    if product not in SECTIONS:
        return frozenset()
    sections = SECTIONS[product] | OLDER.get(product, {})
    found = {f"{section}.{method}" for section, methods in sections.items() for method in methods.split()}
    return frozenset(found | OWN[product] | VERBS)


@cache
def anywhere() -> frozenset[str]:
    """The calls with a section, of all clients with a table."""
    return frozenset(call for product in SECTIONS for call in calls(product) if "." in call)
