/// Something that is wrong with a dump file.
public struct IntegrityProblem: Sendable, CustomStringConvertible {
    /// What is wrong, where, and what to do about it.
    public let error: BzError
    /// The number of the stream or gzip member it is in, from 0; nil if it belongs to none or that is not known.
    public let stream: Int?
    /// The number of the block it is in or behind, from 0, counting the sound blocks before it; nil if it is in none or
    /// that is not known.
    public let block: Int?
    /// Where sound data begins again, in bits from the start of the file; nil if it does not, or nothing is missing.
    public let resumeOffset: Int64?

    init(_ error: BzError, stream: Int? = nil, block: Int? = nil, resumeOffset: Int64? = nil) {
        self.error = error
        self.stream = stream
        self.block = block
        self.resumeOffset = resumeOffset
    }

    /// The class of the problem.
    public var code: BzError.Code { error.code }
    /// Where it was noticed, in bits from the start of the file.
    public var bitOffset: Int64? { error.bitOffset }

    /// One line: what, where, and what to do.
    public var description: String {
        let places = [stream.map { "stream \($0)" }, block.map { "block \($0)" }].compactMap(\.self)
        let place = places.isEmpty ? "" : " [\(places.joined(separator: ", "))]"
        return "\(error.unnamed)\(place)"
    }
}

extension BzError {
    /// The same error without the file, for where the file is told anyway.
    public var unnamed: BzError {
        BzError(code, message, remedy: remedy, bitOffset: bitOffset, cause: cause)
    }
}
