//! The flows, and the scene in which each begins.

use std::collections::BTreeSet;

use chiso_tests::Shape;

use crate::scene::Scene;

/// A flow of `tests/browser/flows`.
#[derive(Debug)]
pub(crate) struct Flow {
    /// Its file, without `.mjs`.
    pub(crate) name: &'static str,
    /// Where it begins.
    pub(crate) scene: Scene,
    /// Played on the split system as well.
    pub(crate) split: bool,
    /// Played on the split system alone, of which single services can fail.
    pub(crate) apart: bool,
    /// Measured, so nothing else is played meanwhile.
    pub(crate) alone: bool,
}

const fn flow(name: &'static str, scene: Scene) -> Flow {
    Flow {
        name,
        scene,
        split: false,
        apart: false,
        alone: false,
    }
}

/// What a kind of person does, which has to go the same way over every line between services.
const fn both(name: &'static str, scene: Scene) -> Flow {
    Flow {
        split: true,
        ..flow(name, scene)
    }
}

impl Flow {
    /// Whether its pages were looked at already where it is played on this shape: they are the same on both, so the
    /// second time only counts what people do.
    pub(crate) const fn seen(&self, shape: Shape) -> bool {
        self.split && matches!(shape, Shape::Split)
    }
}

/// Every file of the flows is played, and every flow has its file.
///
/// # Panics
/// Where that is not so.
pub(crate) fn check() {
    let folder = std::fs::read_dir(crate::node::folder().join("flows")).unwrap();
    let files: BTreeSet<String> = folder
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|end| end == "mjs"))
        .map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned())
        .collect();
    let names: BTreeSet<String> = FLOWS.iter().map(|flow| flow.name.to_owned()).collect();
    assert_eq!(
        files, names,
        "the files of tests/browser/flows, and the flows of this list"
    );
}

/// In the order in which they are begun: the long ones first.
pub(crate) static FLOWS: [Flow; 24] = [
    flow("states", Scene::Shown),
    both("year", Scene::Staged),
    both("unit", Scene::Scoring),
    both("interviewer", Scene::Asking),
    both("explanation", Scene::Explaining),
    both("appraiser", Scene::Scored),
    both("leader", Scene::Marking),
    both("reopening", Scene::Scored),
    both("supervisor", Scene::Fielding),
    both("verifier", Scene::Rechecking),
    both("conduct", Scene::Appraised),
    Flow {
        apart: true,
        ..flow("trouble", Scene::Scoring)
    },
    both("tie", Scene::Tied),
    both("organiser", Scene::Open),
    flow("english", Scene::Shown),
    flow("forced", Scene::Shown),
    both("account", Scene::Open),
    both("factor", Scene::Strict),
    flow("gallery", Scene::Open),
    both("reader", Scene::Published),
    flow("harness", Scene::Open),
    flow("noscript", Scene::Shown),
    flow("tour", Scene::Shown),
    Flow {
        alone: true,
        ..flow("load", Scene::Busy)
    },
];
