//! The command line of the harness.

use chiso_tests::Shape;

use crate::flows::Flow;

const USAGE: &str = "usage: tests/run browser [--flow NAME,NAME] [--shape embedded|split] [--tour]

  --flow NAMES     flows to play (all)
  --shape SHAPE    embedded: one process on SQLite; split: a process for each service, on PostgreSQL and Redis
                   (people's flows on both, checks of pages on the embedded one, failing services on the split one)
  --tour           plays the guided tour alone, and keeps its pictures in docs/tour";

/// The shape in the words of the command line.
pub(crate) const fn named(shape: Shape) -> &'static str {
    match shape {
        Shape::Split => "split",
        _ => "embedded",
    }
}

/// What is asked for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Args {
    flows: Vec<String>,
    shape: Option<Shape>,
    /// Whether the pictures of the tour are made anew.
    pub(crate) tour: bool,
}

impl Args {
    /// Reads the command line; the error is what to say.
    pub(crate) fn read(mut given: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut args = Self::default();
        while let Some(flag) = given.next() {
            if flag == "--tour" {
                args.tour = true;
                args.flows.push("tour".to_owned());
                continue;
            }
            let value = given.next().ok_or_else(|| USAGE.to_owned())?;
            match (flag.as_str(), value.as_str()) {
                ("--flow", names) => args.flows.extend(names.split(',').map(ToOwned::to_owned)),
                ("--shape", "embedded") => args.shape = Some(Shape::Served),
                ("--shape", "split") => args.shape = Some(Shape::Split),
                _ => return Err(USAGE.to_owned()),
            }
        }
        if let Some(name) = args
            .flows
            .iter()
            .find(|name| !crate::FLOWS.iter().any(|flow| flow.name == **name))
        {
            return Err(format!("there is no flow {name}\n{USAGE}"));
        }
        Ok(args)
    }

    /// Whether no flow is named.
    pub(crate) const fn is_everything(&self) -> bool {
        self.flows.is_empty()
    }

    /// The flows with their shapes.
    pub(crate) fn chosen(&self, flows: &'static [Flow]) -> Vec<(&'static Flow, Shape)> {
        let wanted =
            |flow: &&'static Flow| self.flows.is_empty() || self.flows.iter().any(|name| flow.name == name);
        let shapes = |flow: &'static Flow| match self.shape {
            Some(shape) => vec![(flow, shape)],
            None if flow.apart => vec![(flow, Shape::Split)],
            None if flow.split => vec![(flow, Shape::Served), (flow, Shape::Split)],
            None => vec![(flow, Shape::Served)],
        };
        flows.iter().filter(wanted).flat_map(shapes).collect()
    }
}
