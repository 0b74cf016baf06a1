/// What fills the files of exports: it gives the content batch by batch, and renders each batch.
protocol ExportFeed: Sendable {
    /// What is rendered at once.
    associatedtype Batch: Sendable
    /// The next batch, or nil at the end.
    func next() async throws(DumpError) -> Batch?
    /// What each file gets of a batch, in the order of the files. Done for several batches at once.
    func render(_ batch: Batch) throws(DumpError) -> [RenderedBatch]
    /// What stands before the content of a file.
    func header(of file: Int) -> [UInt8]
    /// What stands after the content of every file.
    var footer: [UInt8] { get }
}
