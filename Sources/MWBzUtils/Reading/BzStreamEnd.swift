import SystemPackage

/// The footer of a stream.
public struct BzStreamEnd: Sendable, Hashable {
    /// The number of the stream in the file, from 0.
    public let stream: Int
    /// Where the magic of the footer begins, in bits from the start of the file.
    public let bitOffset: Int64
    /// The checksum over all blocks that the footer states.
    public let storedCRC: UInt32
    /// The checksum of the blocks that were read; nil if not all of the stream were.
    public let computedCRC: UInt32?

    /// Whether the two checksums agree; nil if that cannot be told.
    public var agrees: Bool? { computedCRC.map { $0 == storedCRC } }

    func mismatch(in file: FilePath, at place: Int64) -> BzError {
        BzError(
            .damaged, "the checksum of a stream does not agree with its blocks",
            remedy: "fetch or write the file again", file: file, bitOffset: place)
    }
}
