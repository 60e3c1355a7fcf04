//! Who is calling, and what they may do.
//!
//! A [`Caller`] is made only by the stack on the routes, from a bearer token. A use case begins with
//! [`Caller::require`], whose answer lists the grants that allow it. Every RPC has a [`Permission`]; a part
//! without one for each RPC does not start.

mod authenticate;
mod service_token;

use chiso_domain::kernel::{CycleCode, PersonId, UnitCode};
pub use chiso_wire::identity::Role;

pub use authenticate::{Authenticator, Authority};
pub use service_token::ServiceKey;

use crate::Error;

/// A role of a person, in one cycle or all, for one unit or none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// Which role.
    pub role: Role,
    /// In which cycle; none: in all.
    pub cycle: Option<CycleCode>,
    /// For which unit (officer, head), council agency (appraiser) or leader (secretary).
    pub unit: Option<String>,
}

/// Who decides, and who leads those who do, must have a second factor where the system demands it.
pub const NEED_FACTOR: [Role; 4] = [Role::Organiser, Role::CouncilChair, Role::Appraiser, Role::Leader];

/// Somebody who signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Who.
    pub id: PersonId,
    /// Display name.
    pub name: String,
    /// What they may be; nothing while the second factor is due.
    pub grants: Vec<Grant>,
    /// Whether they have to set up a second factor before they are anything.
    pub factor_due: bool,
}

/// Who calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Caller {
    /// Nobody signed in.
    Anonymous,
    /// A person, by session or API token.
    Person(Person),
    /// A service of this system, perhaps for a person.
    Service {
        /// Its name.
        name: String,
        /// For whom it asks.
        for_person: Option<PersonId>,
    },
}

/// Who may call an RPC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Everyone.
    Public,
    /// Every person and service.
    SignedIn,
    /// Services of this system only.
    Services,
    /// People with one of these roles.
    Roles(&'static [Role]),
    /// People with one of these roles, and services.
    RolesAndServices(&'static [Role]),
}

/// The right to call an RPC, by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Permission {
    /// "survey.slip.submit".
    pub name: &'static str,
    /// Who has it.
    pub access: Access,
}

impl Permission {
    /// Everyone may.
    pub const PUBLIC: Self = Self {
        name: "public",
        access: Access::Public,
    };
    /// Everyone who signed in may.
    pub const SIGNED_IN: Self = Self {
        name: "signed_in",
        access: Access::SignedIn,
    };

    /// People with one of these roles.
    #[must_use]
    pub const fn roles(name: &'static str, roles: &'static [Role]) -> Self {
        Self {
            name,
            access: Access::Roles(roles),
        }
    }

    /// People with one of these roles, and services.
    #[must_use]
    pub const fn roles_and_services(name: &'static str, roles: &'static [Role]) -> Self {
        Self {
            name,
            access: Access::RolesAndServices(roles),
        }
    }

    /// Services only.
    #[must_use]
    pub const fn services(name: &'static str) -> Self {
        Self {
            name,
            access: Access::Services,
        }
    }

    fn roles_of(self) -> &'static [Role] {
        match self.access {
            Access::Roles(roles) | Access::RolesAndServices(roles) => roles,
            Access::Public | Access::SignedIn | Access::Services => &[],
        }
    }
}

/// A caller who was found to have a permission, with the grants that give it.
#[derive(Clone, Debug)]
pub struct Actor<'a> {
    caller: &'a Caller,
    grants: Vec<&'a Grant>,
}

impl Caller {
    /// The caller that the stack put on a request.
    #[must_use]
    pub fn of<T>(request: &tonic::Request<T>) -> Self {
        request
            .extensions()
            .get::<Self>()
            .cloned()
            .unwrap_or(Self::Anonymous)
    }

    /// Whether some grant gives the permission, in whatever cycle. The stack asks this before the handler.
    #[must_use]
    pub fn may(&self, permission: Permission) -> bool {
        self.require(permission, None).is_ok()
    }

    /// Finds the grants that give a permission, in this cycle where one is named.
    ///
    /// # Errors
    /// `UNAUTHENTICATED` where nobody signed in, `PERMISSION_DENIED` otherwise.
    pub fn require(&self, permission: Permission, cycle: Option<&CycleCode>) -> Result<Actor<'_>, Error> {
        let actor = |grants| Ok(Actor { caller: self, grants });
        match (self, permission.access) {
            (_, Access::Public)
            | (Self::Person(_) | Self::Service { .. }, Access::SignedIn)
            | (Self::Service { .. }, Access::Services | Access::RolesAndServices(_)) => actor(Vec::new()),
            (Self::Anonymous, _) => Err(Error::unauthenticated()),
            (Self::Service { .. }, Access::Roles(_)) => Err(Error::forbidden(permission.name)),
            (Self::Person(person), _) if person.factor_due => Err(Error::second_factor_due()),
            (Self::Person(person), _) => {
                let allowed = permission.roles_of();
                let fits = |g: &&Grant| {
                    allowed.contains(&g.role)
                        && (cycle.is_none() || g.cycle.is_none() || g.cycle.as_ref() == cycle)
                };
                let grants: Vec<&Grant> = person.grants.iter().filter(fits).collect();
                if grants.is_empty() {
                    Err(Error::forbidden(permission.name))
                } else {
                    actor(grants)
                }
            }
        }
    }

    /// As [`require`](Self::require), by a grant for every cycle: for what belongs to no cycle, such as people
    /// and journals. Whoever organises one cycle has no say over the others.
    ///
    /// # Errors
    /// `UNAUTHENTICATED` where nobody signed in, `PERMISSION_DENIED` otherwise.
    pub fn require_everywhere(&self, permission: Permission) -> Result<Actor<'_>, Error> {
        let mut actor = self.require(permission, None)?;
        let by_role = !actor.grants.is_empty();
        actor.grants.retain(|grant| grant.cycle.is_none());
        if by_role && actor.grants.is_empty() {
            Err(Error::forbidden(permission.name))
        } else {
            Ok(actor)
        }
    }

    /// The person who calls.
    ///
    /// # Errors
    /// `UNAUTHENTICATED` where no person calls.
    pub fn person(&self) -> Result<PersonId, Error> {
        match self {
            Self::Person(person) => Ok(person.id),
            Self::Anonymous | Self::Service { .. } => Err(Error::unauthenticated()),
        }
    }

    /// The person who calls, who has done all that signing in demands: for what lasts longer than a session.
    ///
    /// # Errors
    /// `UNAUTHENTICATED` where no person calls, `SECOND_FACTOR_DUE` where there is one that has to be set up first.
    pub fn whole_person(&self) -> Result<PersonId, Error> {
        match self {
            Self::Person(person) if person.factor_due => Err(Error::second_factor_due()),
            _ => self.person(),
        }
    }

    /// For the journal: a person's id, or `service:survey`, with the person it asks for.
    #[must_use]
    pub fn actor(&self) -> String {
        match self {
            Self::Anonymous => "anonymous".to_owned(),
            Self::Person(person) => person.id.to_string(),
            Self::Service {
                name,
                for_person: None,
            } => format!("service:{name}"),
            Self::Service {
                name,
                for_person: Some(person),
            } => format!("service:{name}:{person}"),
        }
    }
}

impl Actor<'_> {
    /// Who it is.
    #[must_use]
    pub fn caller(&self) -> &Caller {
        self.caller
    }

    /// Whether one of the grants that allow the act is of this role.
    #[must_use]
    pub fn is(&self, role: Role) -> bool {
        self.grants.iter().any(|g| g.role == role)
    }

    /// Units of the grants that allow the act.
    #[must_use]
    pub fn units(&self) -> Vec<UnitCode> {
        self.grants
            .iter()
            .filter_map(|g| g.unit.as_deref()?.parse().ok())
            .collect()
    }

    /// Units of the grants of one role.
    #[must_use]
    pub fn units_as(&self, role: Role) -> Vec<UnitCode> {
        let of_role = self.grants.iter().filter(|g| g.role == role);
        of_role.filter_map(|g| g.unit.as_deref()?.parse().ok()).collect()
    }

    /// The text of the grants' unit field, for grants that name a person there.
    #[must_use]
    pub fn scopes_as(&self, role: Role) -> Vec<&str> {
        self.grants
            .iter()
            .filter(|g| g.role == role)
            .filter_map(|g| g.unit.as_deref())
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MANAGE: Permission = Permission::roles("manage", &[Role::Organiser]);

    fn organiser(cycle: Option<&str>) -> Caller {
        let cycle = cycle.map(|code| code.parse().unwrap());
        let grant = Grant {
            role: Role::Organiser,
            cycle,
            unit: None,
        };
        let id = "01900000-0000-7000-8000-000000000001".parse().unwrap();
        Caller::Person(Person {
            id,
            name: String::new(),
            grants: vec![grant],
            factor_due: false,
        })
    }

    #[test]
    fn whoever_has_to_set_up_a_second_factor_may_only_sign_in() {
        let id = "01900000-0000-7000-8000-000000000001".parse().unwrap();
        let caller = Caller::Person(Person {
            id,
            name: String::new(),
            grants: Vec::new(),
            factor_due: true,
        });
        assert_eq!(
            caller.require(MANAGE, None).unwrap_err().reason(),
            "SECOND_FACTOR_DUE"
        );
        assert_eq!(caller.whole_person().unwrap_err().reason(), "SECOND_FACTOR_DUE");
        assert!(caller.require(Permission::SIGNED_IN, None).is_ok());
        assert_eq!(caller.person().unwrap(), id);
        assert!(organiser(None).whole_person().is_ok());
    }

    #[test]
    fn a_grant_for_one_cycle_reaches_no_other_and_not_all() {
        let (one, other) = ("2022".parse().unwrap(), "2023".parse().unwrap());
        let caller = organiser(Some("2022"));
        assert!(caller.require(MANAGE, Some(&one)).is_ok());
        assert_eq!(
            caller.require(MANAGE, Some(&other)).unwrap_err().reason(),
            "PERMISSION_DENIED"
        );
        assert_eq!(
            caller.require_everywhere(MANAGE).unwrap_err().reason(),
            "PERMISSION_DENIED"
        );
        assert!(organiser(None).require_everywhere(MANAGE).is_ok());
        assert_eq!(
            Caller::Anonymous.require_everywhere(MANAGE).unwrap_err().reason(),
            "UNAUTHENTICATED"
        );
    }
}
