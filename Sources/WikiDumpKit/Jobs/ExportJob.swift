/// Exports revisions as XML: stubs, or pages with their texts.
///
/// All export jobs that include texts share one pass: each text is read once, each revision rendered once.
public struct ExportJob: PassJob {
    /// One file of an export job.
    public struct File: Sendable, Hashable {
        /// How the file is compressed.
        public enum Compression: Sendable, Hashable {
            /// Gzip members.
            case gzip
            /// One bzip2 stream.
            case bzip
            /// Many bzip2 streams, with an index file of this name (after the prefix).
            case multistream(index: String)
        }

        /// The name after the prefix.
        public let name: String
        /// Which part of the wiki it holds.
        public let selection: ExportSelection
        /// How it is compressed.
        public let compression: Compression

        /// Makes a description of a file.
        public init(name: String, selection: ExportSelection, compression: Compression) {
            self.name = name
            self.selection = selection
            self.compression = compression
        }

        var names: [String] {
            if case .multistream(let index) = compression { [name, index] } else { [name] }
        }
    }

    /// The name of the job.
    public let name: String
    /// What the page of the run says about it.
    public let title: String
    /// A line of further explanation.
    public let detail: String?
    /// Stubs, or pages with texts.
    public let style: ExportStyle
    /// The files.
    public let files: [File]
    /// The names of jobs that have to be done before.
    public var prerequisites: [String] = []

    /// Makes a job.
    public init(name: String, title: String, detail: String? = nil, style: ExportStyle, files: [File]) {
        self.name = name
        self.title = title
        self.detail = detail
        self.style = style
        self.files = files
    }

    /// Stubs are one pass, pages with texts another. Pages that are made of stubs are a pass for each stub, so that one
    /// that fails costs the others nothing.
    public var pass: String {
        if style == .stub { return "stubs" }
        return prerequisites.isEmpty ? "pages" : "pages " + (files.first?.selection.stubName ?? "")
    }

    /// The names of the files, an index behind what it indexes.
    public func fileNames(prefix: String) -> [String] { files.flatMap(\.names).map { prefix + $0 } }

    /// Makes the files of several jobs in one pass.
    public static func run(_ jobs: [ExportJob], _ context: JobContext) async throws(DumpError) -> [JobReport] {
        guard let style = jobs.first?.style else { return [] }
        if let producer = context.snapshot.exportProducer {
            return try await ProducedExport(producer: producer, context: context).run(jobs, style: style)
        }
        return try await ExportPass(jobs: jobs, style: style, context: context).run()
    }
}
