struct ExportFile: Sendable, Hashable {
    enum Compression: Sendable, Hashable {
        /// Gzip members.
        case gzip
        case bzip
        /// Many bzip2 streams, with an index file whose name after the prefix is given.
        case multistream(index: String)
    }

    /// The name after the prefix.
    let name: String
    /// Which part of the wiki it holds.
    let selection: ExportSelection
    let compression: Compression

    /// Its name, and that of its index if it has one.
    var names: [String] {
        if case .multistream(let index) = compression { [name, index] } else { [name] }
    }

    func piece(_ piece: DumpPiece) -> ExportFile {
        var own = compression
        if case .multistream(let index) = compression { own = .multistream(index: piece.name(of: index)) }
        return ExportFile(name: piece.name(of: name), selection: selection, compression: own)
    }
}

extension ExportSelection {
    /// The name, after the prefix, of the stub with the same pages and revisions.
    var stubName: String { "stub-\(subset).xml.gz" }
}
