//! The boundary's types as text, from the descriptions that `abi_stable` compares when a library is
//! loaded.

use std::collections::{BTreeMap, HashSet};

use abi_stable::{
    StableAbi,
    type_layout::{TLData, TLField, TLFields, TLFunction, TypeLayout},
};
use hookspec::abi::PluginRootRef;

/// Every type that crosses the boundary, found from the root that a library exports: for each a
/// headline, then a line for each field, variant or function, in their order in memory.
pub fn blocks() -> Vec<Vec<String>> {
    let mut seen = HashSet::new();
    let mut blocks = BTreeMap::new();
    let mut waiting = vec![<PluginRootRef as StableAbi>::LAYOUT];
    while let Some(layout) = waiting.pop() {
        if !seen.insert(layout.get_utypeid()) {
            continue;
        }
        let mut block = Block { lines: Vec::new(), waiting: &mut waiting };
        block.describe(layout);
        let lines = block.lines;
        // References, numbers and markers say all there is by their names.
        if lines.len() == 1 {
            continue;
        }
        if let Some(other) = blocks.insert(name(layout), lines.clone()) {
            assert_eq!(other, lines, "two types are both described as `{}`", name(layout));
        }
    }
    blocks.into_values().collect()
}

struct Block<'a> {
    lines: Vec<String>,
    waiting: &'a mut Vec<&'static TypeLayout>,
}

impl Block<'_> {
    fn describe(&mut self, layout: &'static TypeLayout) {
        let size = format!("size {}, align {}", layout.size(), layout.alignment());
        let name = name(layout);
        match layout.data() {
            TLData::Primitive(_) | TLData::Opaque => self.lines.push(format!("{name}: {size}")),
            TLData::Struct { fields } => {
                self.lines.push(format!("struct {name}: {size}, {:?}", layout.repr_attr()));
                self.fields("", 0, fields.iter());
            }
            TLData::Union { fields } => {
                self.lines.push(format!("union {name}: {size}, {:?}", layout.repr_attr()));
                fields.iter().for_each(|field| self.field("", 0, &field));
            }
            TLData::Enum(variants) => {
                self.lines.push(format!("enum {name}: {size}, {:?}", layout.repr_attr()));
                let discriminants = format!("{:?}", variants.discriminants);
                let discriminants = discriminants.trim_matches(['[', ']']).split(", ");
                let payload = payload_offset(layout);
                let mut fields = variants.fields.iter();
                for ((variant, count), number) in
                    variants.variant_names_iter().zip(variants.field_count.iter()).zip(discriminants)
                {
                    self.lines.push(format!("{variant} = {number}"));
                    self.fields(&format!("{variant}."), payload, fields.by_ref().take(usize::from(*count)));
                }
            }
            TLData::PrefixType(prefix) => {
                let frozen = prefix.first_suffix_field;
                self.lines.push(format!("table {name}: align {}, first {frozen} required", layout.alignment()));
                self.fields("", 0, prefix.fields.iter());
            }
        }
        // Types without fields of their own (references, pointers, markers) still lead to others.
        for field in layout.phantom_fields().iter() {
            self.waiting.push(field.layout());
        }
    }

    /// Fields one after the other, as C lays them out.
    fn fields(&mut self, prefix: &str, start: usize, fields: impl Iterator<Item = TLField>) {
        let mut end = start;
        for field in fields {
            let at = end.next_multiple_of(field.layout().alignment());
            end = at + field.layout().size();
            self.field(prefix, at, &field);
        }
    }

    fn field(&mut self, prefix: &str, at: usize, field: &TLField) {
        let functions: Vec<String> = field.function_range().iter().map(|function| self.function(&function)).collect();
        let mut kind = name(field.layout());
        if !functions.is_empty() && field.is_function() {
            kind = functions.join(" ");
        } else if !functions.is_empty() {
            kind = format!("{kind} of {}", functions.join(" "));
        }
        self.lines.push(format!("{prefix}{} at {at}: {kind}", field.name()));
        self.waiting.push(field.layout());
    }

    fn function(&mut self, function: &TLFunction) -> String {
        let params: Vec<_> = function.param_type_layouts.iter().map(|layout| layout()).collect();
        let output = function.return_type_layout().map(|layout| layout());
        self.waiting.extend(&params);
        self.waiting.extend(output);
        let params: Vec<String> = params.into_iter().map(name).collect();
        let output = output.map_or_else(|| "()".to_owned(), name);
        let qualifier = if function.fn_qualifs.is_unsafe() { "unsafe " } else { "" };
        format!("{qualifier}fn({}) -> {output}", params.join(", "))
    }
}

/// Where the payload of an enum's variants begins: after the discriminant, which C makes an `int`,
/// aligned for any of them.
fn payload_offset(layout: &'static TypeLayout) -> usize {
    use abi_stable::type_layout::ReprAttr;
    match layout.repr_attr() {
        ReprAttr::C => size_of::<std::ffi::c_int>().next_multiple_of(layout.alignment()),
        ReprAttr::OptionNonZero => 0,
        _ => 1,
    }
}

/// A name that tells apart what has the same name in different modules or with different
/// parameters.
fn name(layout: &'static TypeLayout) -> String {
    let fields = || layout.get_fields().into_iter().flat_map(|fields: TLFields| fields.iter());
    let field = |wanted: &str| fields().find(|field| field.name() == wanted).map(|field| name(field.layout()));
    let mut params: Vec<String> = layout.generics().type_params().iter().map(|param| name(param())).collect();
    let base = layout.name();
    match base {
        "VTable" => {
            let path = layout.mod_path().to_string();
            return format!("{}::VTable", path.rsplit("::").next().unwrap_or_default());
        }
        "RObject" => params.extend(field("vtable")),
        "RObjectVtable" => params.extend(field("_sabi_tys")),
        "RResult" => params.extend(fields().map(|field| name(field.layout()))),
        _ if params.is_empty() => {
            let marker = fields().find(|field| field.name() == "_marker");
            params.extend(
                marker.iter().flat_map(|marker| marker.layout().generics().type_params()).map(|param| name(param())),
            );
        }
        _ => {}
    }
    if base.starts_with(['&', '*']) {
        return format!("{} {}", base.trim(), params.join(", "));
    }
    if params.is_empty() { base.to_owned() } else { format!("{base}<{}>", params.join(", ")) }
}
