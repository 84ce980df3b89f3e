//! The hooks of a program that sends text through filters, which plugins bring along.
//!
//! Host and plugin both compile this file; elsewhere it would be a crate that both depend on.

use hookspec::Error;

hookspec::views! {
    /// What a run is about, which the host provides.
    pub view Pipe of PipeSource {
        /// The names of the filters that the user asks for, in their order.
        fn wanted(&self) -> Vec<&str>;
    }

    /// Something that changes lines, which a plugin provides.
    pub view Filter of FilterSource {
        /// As the user types it.
        fn name(&self) -> &str;
        /// One line for the list of filters.
        fn about(&self) -> &str { "" }
        /// What becomes of `line`; `None` takes it out.
        fn line(&self, line: &str) -> Result<Option<String>, Error>;
    }

    /// How a run went, which the host provides.
    pub view Summary of SummarySource {
        /// Lines that came in.
        fn read(&self) -> u64;
        /// Lines that went out.
        fn written(&self) -> u64;
    }
}

hookspec::hookspecs! {
    /// Before the first line: which filters are there?
    pub hook Filters = "filters" fn(Pipe) -> Vec<Filter>;
    /// After the last line: what is there to say? The first answer is shown.
    pub hook LastWord = "last_word" fn(Summary) -> String, first_result;
}
