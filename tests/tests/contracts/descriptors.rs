//! The compiled descriptors of every package of this system, in the order of their names.

use std::collections::BTreeMap;

use chiso_wire::DESCRIPTORS;
use prost::Message;
use prost_types::{DescriptorProto, EnumDescriptorProto, FileDescriptorSet};

/// An RPC.
#[derive(Clone, Debug)]
pub(crate) struct Rpc {
    /// "survey".
    pub(crate) area: String,
    /// "SubmitSlip".
    pub(crate) name: String,
    /// "/chiso.survey.v1.SurveyService/SubmitSlip".
    pub(crate) path: String,
    pub(crate) request: String,
    pub(crate) response: String,
}

impl Rpc {
    /// Whether it changes nothing, by its name.
    pub(crate) fn reads(&self) -> bool {
        ["Get", "List", "Pull", "Resolve", "Download", "Export", "Check"]
            .iter()
            .any(|verb| self.name.starts_with(verb))
    }
}

/// The whole contract.
#[derive(Debug, Default)]
pub(crate) struct Contract {
    pub(crate) rpcs: Vec<Rpc>,
    /// By full name: ".chiso.survey.v1.NewSlip".
    pub(crate) messages: BTreeMap<String, DescriptorProto>,
    pub(crate) enums: BTreeMap<String, EnumDescriptorProto>,
}

pub(crate) fn contract() -> Contract {
    let mut contract = Contract::default();
    let files = FileDescriptorSet::decode(DESCRIPTORS).expect("descriptors").file;
    for file in files.into_iter().filter(|f| f.package().starts_with("chiso.")) {
        let package = file.package().to_owned();
        for service in &file.service {
            for method in &service.method {
                contract.rpcs.push(Rpc {
                    area: package.split('.').nth(1).expect("chiso.<area>.v1").to_owned(),
                    name: method.name().to_owned(),
                    path: format!("/{package}.{}/{}", service.name(), method.name()),
                    request: method.input_type().to_owned(),
                    response: method.output_type().to_owned(),
                });
            }
        }
        for message in file.message_type {
            contract.add(&format!(".{package}"), message);
        }
        for enumeration in file.enum_type {
            contract
                .enums
                .insert(format!(".{package}.{}", enumeration.name()), enumeration);
        }
    }
    contract
        .rpcs
        .sort_by(|a, b| (&a.area, &a.name).cmp(&(&b.area, &b.name)));
    assert!(
        contract.rpcs.len() > 90,
        "only {} RPCs were found",
        contract.rpcs.len()
    );
    contract
}

impl Contract {
    fn add(&mut self, prefix: &str, message: DescriptorProto) {
        let name = format!("{prefix}.{}", message.name());
        for nested in &message.nested_type {
            self.add(&name, nested.clone());
        }
        for enumeration in &message.enum_type {
            self.enums
                .insert(format!("{name}.{}", enumeration.name()), enumeration.clone());
        }
        self.messages.insert(name, message);
    }

    /// Names of a message's fields; of one that is only parts, those of its header.
    pub(crate) fn fields(&self, message: &str) -> Vec<String> {
        let message = &self.messages[message];
        message.field.iter().map(|f| f.name().to_owned()).collect()
    }
}
