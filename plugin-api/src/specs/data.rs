//! Values that nodes work on, as far as plugins may know them.

crate::views! {
    /// A value that a dataset holds. The value itself never crosses the boundary, nor does a copy:
    /// this is a handle, and what it tells is found out by the host when it is asked.
    ///
    /// A handle that is kept keeps the value in memory, so look and let go.
    pub view Data of DataSource {
        /// The class of the value, with its module: `pandas.core.frame.DataFrame`, `int`.
        fn type_name(&self) -> String;
        /// How long it is in each of its dimensions, where it says so at once, as tables and arrays
        /// do; of a sequence or mapping how many items it has.
        fn shape(&self) -> Option<Vec<u64>>;
        /// How much memory it takes, in bytes, where it says so at once, without a walk over what it
        /// holds: an estimate.
        fn size_bytes(&self) -> Option<u64>;
    }
}
