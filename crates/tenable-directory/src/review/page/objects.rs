//! Roles and groups, and who has them.

use std::fmt::{self, Formatter};

use tenable_api::model::shared::UserKey;

use super::Page;
use super::html::{Count, Counted, Name, Names, Text};

pub(super) fn roles(page: &Page<'_>, f: &mut Formatter<'_>) -> fmt::Result {
    let roles = &page.review.roles;
    if roles.is_empty() {
        return f.write_str("<p class=\"none\">No role could be read.</p>");
    }
    f.write_str(
        "<table class=\"list cards filtered\" id=\"roles-table\"><caption>Roles</caption><thead><tr><th>Role</th><th>Where</th>\
         <th>Made by</th><th class=\"wide\">Administrator</th><th data-sort=\"number\">Accounts</th><th data-sort=\"number\">Allows</th>\
         <th class=\"found\" data-sort=\"number\">Findings</th></tr></thead><tbody>",
    )?;
    for role in roles {
        let key = role.key.to_string();
        let places = begin(page, &role.tenant, &key, f)?;
        name("Role", &role.name, role.description.as_deref(), f)?;
        let predefined = match role.predefined {
            Some(true) => "the product",
            Some(false) => "administrators",
            None => "not told",
        };
        let administrator = match role.administrator {
            Some(true) => "<span class=\"badge admin\">administrator</span>",
            Some(false) => "no",
            None => "<i>not told</i>",
        };
        write!(
            f,
            "<td data-l=\"Where\">{}</td><td data-l=\"Made by\">{predefined}</td><td data-l=\"Administrator\">{administrator}",
            Name(&role.tenant)
        )?;
        if let Some(why) = &role.administrator_by {
            write!(f, "<p class=\"why\">{}</p>", Name(why))?;
        }
        f.write_str("</td>")?;
        members(page, &role.tenant, &role.members, role.members_complete, None, f)?;
        match &role.permissions {
            Some(permissions) if permissions.is_empty() => {
                f.write_str("<td data-l=\"Allows\" data-v=\"0\">nothing</td>")?;
            }
            Some(permissions) => write!(
                f,
                "<td data-l=\"Allows\" data-v=\"{}\"><details><summary>{}</summary>{}</details></td>",
                permissions.len(),
                Counted(permissions.len(), "permission"),
                Names(permissions)
            )?,
            None => f.write_str("<td data-l=\"Allows\" data-v=\"\"><i>not told</i></td>")?,
        }
        end(page, places, f)?;
    }
    f.write_str("</tbody></table>")
}

pub(super) fn groups(page: &Page<'_>, f: &mut Formatter<'_>) -> fmt::Result {
    let groups = &page.review.groups;
    if groups.is_empty() {
        return f.write_str("<p class=\"none\">No group could be read, or there is none.</p>");
    }
    f.write_str(
        "<table class=\"list cards filtered\" id=\"groups-table\"><caption>Groups</caption><thead><tr><th>Group</th><th>Where</th>\
         <th>Members come</th><th data-sort=\"number\">Accounts</th><th class=\"found\" data-sort=\"number\">Findings</th></tr></thead><tbody>",
    )?;
    for group in groups {
        let key = group.key.to_string();
        let places = begin(page, &group.tenant, &key, f)?;
        name("Group", &group.name, group.description.as_deref(), f)?;
        let how = match (group.fixed, group.managed_by_saml) {
            (Some(true), _) => "everybody, always",
            (_, Some(true)) => "from the identity provider",
            (_, Some(false)) => "by hand",
            (_, None) => "not told",
        };
        write!(f, "<td data-l=\"Where\">{}</td><td data-l=\"Members come\">{how}</td>", Name(&group.tenant))?;
        members(page, &group.tenant, &group.members, group.members_complete, group.member_count, f)?;
        end(page, places, f)?;
    }
    f.write_str("</tbody></table>")
}

/// Begins a row, and gives the places of the findings about it.
fn begin<'p>(page: &'p Page<'_>, tenant: &str, key: &str, f: &mut Formatter<'_>) -> Result<&'p [usize], fmt::Error> {
    let places = page.of_object.get(tenant).and_then(|of| of.get(key)).map_or(&[][..], Vec::as_slice);
    let at = page.tenants.get(tenant).copied().unwrap_or_default();
    write!(f, "<tr data-a=\"{at}:\" data-f=\"{}\">", page.finding_tokens(places))?;
    Ok(places)
}

fn name(label: &str, name: &str, description: Option<&str>, f: &mut Formatter<'_>) -> fmt::Result {
    write!(f, "<th scope=\"row\" data-l=\"{label}\" data-v=\"{}\">{}", Text(name), Name(name))?;
    if let Some(description) = description.filter(|text| !text.trim().is_empty()) {
        write!(f, "<p class=\"description\">{}</p>", Name(description))?;
    }
    f.write_str("</th>")
}

/// How many, and who they are. `told` is the number that the product tells itself.
fn members(
    page: &Page<'_>,
    tenant: &str,
    members: &[UserKey],
    complete: bool,
    told: Option<u64>,
    f: &mut Formatter<'_>,
) -> fmt::Result {
    let known = members.len();
    let count = told.map_or(known, |told| usize::try_from(told).unwrap_or(usize::MAX));
    write!(f, "<td data-l=\"Accounts\" data-v=\"{count}\">")?;
    let at_least = if complete || told.is_some() { "" } else { "at least " };
    if known == 0 {
        return write!(f, "{at_least}{}</td>", Count(count));
    }
    write!(f, "<details><summary>{at_least}{}</summary>", Count(count))?;
    for (index, key) in members.iter().enumerate() {
        let name = page.accounts.get(&(tenant, key)).map(|account| account.account.name());
        let name = name.unwrap_or_else(|| key.to_string());
        write!(f, "{}{}", if index == 0 { "" } else { ", " }, Name(&name))?;
    }
    f.write_str("</details></td>")
}

fn end(page: &Page<'_>, places: &[usize], f: &mut Formatter<'_>) -> fmt::Result {
    write!(f, "<td data-l=\"Findings\" data-v=\"{}\">", places.len())?;
    for at in places {
        let finding = &page.review.findings[*at];
        let title = Text(finding.kind.title());
        write!(f, "<p class=\"chip {}\"><a href=\"#f{at}\">{title}</a></p>", finding.severity)?;
    }
    f.write_str("</td></tr>")
}
