/// Decodes one self-contained part of a compressed file: a bzip2 stream or a gzip member.
protocol PartDecoder: AnyObject {
    /// What the format is called in messages.
    static var formatName: String { get }
    /// What a part is called in messages.
    static var partName: String { get }
    /// Bytes that tell whether a part begins.
    static var magicSize: Int { get }
    /// Whether the bytes, ``magicSize`` of them or all that are left, begin a part.
    static func beginning(_ bytes: [UInt8]) -> PartBeginning

    init() throws(BzError)

    /// Decodes until the input is used up, the output is full or the part ends.
    func decode(_ bytes: UnsafeBufferPointer<UInt8>, atMost limit: Int) throws(BzError) -> (used: Int, result: PartStep)
}

/// What the first bytes behind a part are.
enum PartBeginning {
    case part
    /// The data ends before that can be told.
    case cutShort
    case somethingElse
}

/// What one step of decoding gave.
struct PartStep {
    enum Outcome { case goesOn, ended, damaged }
    var output: [UInt8]
    var outcome: Outcome
}
