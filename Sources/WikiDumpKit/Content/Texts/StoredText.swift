/// A text of a slot, and what is wrong with it.
struct StoredText: Sendable {
    /// The text; nil if it cannot be read.
    var text: [UInt8]?
    /// What is wrong, if anything.
    var fault: TextFault?

    /// A text that is as it should be, or a little odd.
    init(_ text: [UInt8], _ fault: TextFault? = nil) {
        self.text = text
        self.fault = fault
    }

    /// A text that cannot be read.
    init(_ fault: TextFault) { self.fault = fault }
}
