//! Everything that plugins already built rely on, as text.

use std::{fs, path::Path};

use abi_stable::{library::AbiHeader, std_types::ROk};
use hookspec::{
    Describe, Hooks, Host, LogLevel, Plugin, Result, Wire,
    abi::{ABI_VERSION, Object, ROOT_SYMBOL, Value},
    command::PluginCommands,
    plugin::create,
    specs::{
        AfterCatalogCreated, AfterCommandRun, AfterContextCreated, AfterDatasetLoaded, AfterDatasetSaved, AfterNodeRun,
        AfterPipelineRun, AskUsageFacts, BeforeCommandRun, BeforeDatasetLoaded, BeforeDatasetSaved, BeforeNodeRun,
        BeforePipelineRun, CommandRun, CountPipelines, OnNodeError, OnPipelineError, RehearseCommand, UsageEvent,
    },
};
use hookspec_host::InterfaceText;
use object::{Object as _, ObjectSection, ObjectSymbol};

use crate::{frozen::Block, layout};

/// The boundary: what `ABI_VERSION` counts.
pub fn boundary(plugin: &Path) -> Vec<Block> {
    let mut blocks = vec![library(plugin), manifest(plugin), header()];
    blocks.extend(layout::blocks().into_iter().map(Block::new));
    blocks
}

/// What a library exports and where its manifest is, read from one.
fn library(plugin: &Path) -> Block {
    let data = fs::read(plugin).unwrap();
    let library = object::File::parse(&*data).unwrap();
    let symbol = library.dynamic_symbols().find(|symbol| symbol.is_definition() && symbol.name() == Ok(ROOT_SYMBOL));
    let section = library.sections().find(|section| section.name().is_ok_and(|name| name.contains("plugin_api")));
    Block::new(vec![
        "library".to_owned(),
        format!("symbol {}", symbol.expect("a plugin exports its root").name().unwrap()),
        format!("section {}", section.expect("a plugin has a manifest").name().unwrap()),
    ])
}

/// Keys that the manifest got later, and without which a library is read as before.
const ADDED_KEYS: [&str; 1] = ["layouts"];

/// The manifest's first line, its keys, and the value of the one that says which ABI it is.
fn manifest(plugin: &Path) -> Block {
    let data = fs::read(plugin).unwrap();
    let library = object::File::parse(&*data).unwrap();
    let section = library.sections().find(|section| section.name().is_ok_and(|name| name.contains("plugin_api")));
    let text = String::from_utf8(section.unwrap().data().unwrap().to_vec()).unwrap();
    let (text, _) = text.split_once('\0').expect("it ends with a NUL");
    let mut lines = vec!["manifest".to_owned()];
    for line in text.lines() {
        match line.split_once('=') {
            None => lines.push(format!("line {line}")),
            Some((key, _)) if ADDED_KEYS.contains(&key) => {}
            Some(("abi", number)) => lines.push(format!("key abi={number}")),
            Some((key, _)) => lines.push(format!("key {key}")),
        }
    }
    Block::new(lines)
}

fn header() -> Block {
    let AbiHeader { magic_string, abi_major, abi_minor, .. } = AbiHeader::VALUE;
    let magic = String::from_utf8_lossy(&magic_string);
    Block::new(vec!["abi_stable".to_owned(), format!("magic {magic:?}"), format!("version {abi_major}.{abi_minor}")])
}

/// What else crosses and may grow: options of hookimpls, and levels.
pub fn words() -> Vec<Block> {
    let mut blocks = options();
    blocks.extend(ADDED_KEYS.map(|key| Block::new(vec![format!("key {key} of the manifest")])));
    blocks.extend(LogLevel::ALL.map(level));
    blocks
}

/// The interfaces that come with the crate, which may grow.
pub fn interfaces() -> InterfaceText {
    let mut host = Describe::default();
    <Host as Wire>::describe(&mut host);
    InterfaceText::new()
        .types(&host.finish(String::new(), String::new(), false))
        .hook(AfterCatalogCreated)
        .hook(AfterCommandRun)
        .hook(AfterContextCreated)
        .hook(AskUsageFacts)
        .hook(AfterDatasetLoaded)
        .hook(AfterDatasetSaved)
        .hook(AfterNodeRun)
        .hook(AfterPipelineRun)
        .hook(BeforeCommandRun)
        .hook(BeforeDatasetLoaded)
        .hook(BeforeDatasetSaved)
        .hook(BeforeNodeRun)
        .hook(BeforePipelineRun)
        .hook(CountPipelines)
        .hook(OnNodeError)
        .hook(OnPipelineError)
        .hook(PluginCommands)
        .hook(RehearseCommand)
        .hook(UsageEvent)
}

/// The options of hookimpls, as a plugin that uses each of them hands them over.
fn options() -> Vec<Block> {
    struct Everything;
    impl Plugin for Everything {
        fn new(_: Host) -> Result<Self> {
            Ok(Self)
        }

        fn register(hooks: &mut Hooks<Self>) {
            let options = hooks.wrap(BeforeCommandRun, |_, _: &CommandRun, rest| rest.run());
            options.try_first().try_last().before("other").after("other").optional();
        }
    }
    let ROk(hookimpls) = create::<Everything>(Object::empty()) else { panic!("the plugin is made") };
    let mut names: Vec<_> =
        hookimpls.iter().flat_map(|hookimpl| &hookimpl.options).map(|option| option.name.to_string()).collect();
    names.sort();
    names.into_iter().map(|name| Block::new(vec![format!("option {name}")])).collect()
}

fn level(level: LogLevel) -> Block {
    let Value::Int(number) = level.into_value() else { panic!("a level crosses as a number") };
    Block::new(vec![format!("level {level:?} = {number}")])
}

/// Where the description is kept.
pub fn file_name() -> String {
    format!("abi-{ABI_VERSION}.txt")
}
