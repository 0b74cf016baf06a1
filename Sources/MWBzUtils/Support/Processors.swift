private import CMWBz

/// The processors of this machine.
public enum Processors {
    /// How many this process may use, at least one: those it is bound to, by `taskset` or a container, or else all.
    public static var count: Int { max(1, Int(cmwbz_processor_count())) }
}
