//! `find_pipelines()`

use std::{path::Path, rc::Rc};

use indexmap::IndexMap;

use crate::evaluate::{
    arguments::Arguments,
    evaluator::{Evaluator, Outcome, TOO_LARGE},
    kedro,
    locate::{Located, locate},
    stop::Stop,
    value::{Dict, Key, Shared, Value},
};

/// What a module of pipelines gives.
enum Created {
    /// A pipeline, though perhaps of unknown nodes.
    Pipeline(Value),
    /// No pipeline: the module has no such function, or one that gives something else.
    Nothing,
    /// Nothing, for the module cannot be imported.
    Failed(Stop),
}

impl Evaluator {
    /// `find_pipelines(raise_errors=…, pipelines_to_find=…)`
    pub(super) fn find_pipelines(&mut self, arguments: &Arguments) -> Outcome {
        let raises = match arguments.get(0, "raise_errors").map(|value| self.truth(value)) {
            None => false,
            Some(Ok(raises)) => raises,
            Some(Err(reason)) => return Ok(Value::Unknown(reason)),
        };
        let wanted = match arguments.get(1, "pipelines_to_find") {
            None | Some(Value::None) => None,
            Some(names) => match self.items(names) {
                Ok(names) => Some(names),
                Err(reason) => return Ok(Value::Unknown(reason)),
            },
        };
        let wanted: Option<Vec<Rc<str>>> = match wanted {
            None => None,
            Some(names) => match names.iter().map(|name| name.as_text().cloned()).collect() {
                Some(names) => Some(names),
                None => return Ok(self.unknown("which pipelines are wanted is not known")),
            },
        };
        let wanted = wanted.filter(|names: &Vec<Rc<str>>| !names.iter().any(|name| &**name == "__default__"));
        self.find(raises, wanted.as_deref())
    }

    fn find(&mut self, raises: bool, wanted: Option<&[Rc<str>]>) -> Outcome {
        let candidates = match kedro::candidates(&mut self.bounds, &self.directory, &self.package) {
            Ok(candidates) => candidates,
            Err(reason) => return Ok(Value::Unknown(reason.into())),
        };
        let is_wanted = |name: &str| wanted.is_none_or(|wanted| wanted.iter().any(|one| &**one == name));
        let named: Vec<&(String, String)> = candidates.named.iter().filter(|(name, _)| is_wanted(name)).collect();
        let default = candidates.default.as_ref().filter(|_| wanted.is_none());
        if self.are_too_large(default.into_iter().chain(named.iter().map(|(_, module)| module))) {
            return Ok(self.unknown(TOO_LARGE));
        }
        // The registry itself has something left to do with them.
        let mut others = 1 + named.len() + usize::from(default.is_some());
        let share = self.bounds.share(others);
        let mut found = IndexMap::new();
        if wanted.is_none() {
            let mut pipeline = Value::Pipeline(Rc::default());
            if let Some(module) = default {
                others -= 1;
                match self.created(module, share, others)? {
                    Created::Pipeline(created) => pipeline = created,
                    Created::Failed(Stop::Unclear(reason)) => pipeline = Value::Unknown(reason),
                    Created::Failed(stop) if raises => return Err(stop),
                    Created::Failed(_) | Created::Nothing => {}
                }
            }
            found.insert(Key::Text("__default__".into()), pipeline);
        }
        if !named.is_empty() {
            // Python runs the package that they are in, whatever becomes of them.
            self.import(&format!("{}.pipelines", self.package))?;
        }
        for (name, module) in named {
            others = others.saturating_sub(1);
            match self.created(module, share, others)? {
                Created::Pipeline(created) => drop(found.insert(Key::Text(name.as_str().into()), created)),
                Created::Failed(Stop::Unclear(reason)) => return Ok(Value::Unknown(reason)),
                Created::Failed(stop) if raises => return Err(stop),
                Created::Nothing if raises => {
                    return Err(self.raised("KeyError", format!("{module} does not make a pipeline")));
                }
                Created::Failed(_) | Created::Nothing => {}
            }
        }
        if let Some(reason) = &self.order_matters {
            found.values_mut().for_each(|pipeline| *pipeline = Value::Unknown(reason.clone()));
        }
        Ok(Value::Dict(Shared::new(Dict { entries: found, is_unordered: true })))
    }

    /// Whether these modules, with what their packages usually import, are known to be more than
    /// can be parsed.
    fn are_too_large<'a>(&mut self, modules: impl Iterator<Item = &'a String>) -> bool {
        if !self.bounds.are_tight() {
            return false;
        }
        let size = |path: &Path| path.metadata().map_or(0, |metadata| metadata.len());
        let mut bytes = 0;
        for module in modules {
            if let Located::File { path, is_package } = locate(&self.directory, module) {
                let beside = |name| if is_package { size(&path.with_file_name(name)) } else { 0 };
                bytes += size(&path) + beside("pipeline.py") + beside("nodes.py");
            }
            if !self.bounds.are_enough_for(usize::try_from(bytes).unwrap_or(usize::MAX)) {
                return true;
            }
        }
        false
    }

    /// What `module` creates, with `share` left for each of `others`.
    fn created(&mut self, module: &str, share: usize, others: usize) -> Outcome<Created> {
        let set_aside = self.bounds.set_aside(share, others);
        let around = self.party.replace(module.to_owned());
        let created = self.create(module);
        self.party = around;
        self.bounds.put_back(set_aside);
        created
    }

    fn create(&mut self, module: &str) -> Outcome<Created> {
        if let Err(stop) = self.import(module) {
            return Ok(Created::Failed(stop));
        }
        let function = match self.member(module, "create_pipeline") {
            Ok(Some(function)) => function,
            Ok(None) => return Ok(Created::Nothing),
            Err(stop) => return Ok(Created::Failed(stop)),
        };
        match self.call(function, Arguments::default()) {
            Ok(pipeline @ (Value::Pipeline(_) | Value::Unknown(_))) => Ok(Created::Pipeline(pipeline)),
            Ok(Value::External(path)) => {
                Ok(Created::Pipeline(self.unknown(format!("what {path} gives is not known here"))))
            }
            Ok(_) => Ok(Created::Nothing),
            Err(Stop::Unclear(reason)) => Ok(Created::Pipeline(Value::Unknown(reason))),
            Err(raised) => Err(raised),
        }
    }
}
