import MWBzUtils

/// Chooses which pages are reported, and combines several into one report.
struct PageReport {
    /// Whether pages of all namespaces count, or only those of the main namespace.
    var takesAllNamespaces = false
    /// The number of pages in a report.
    var batchSize: Int64 = 1
    /// Reports with no more revisions than this are left out.
    var cutoff: Int64 = 0
    private var batch: PageCount?

    init(takesAllNamespaces: Bool, batchSize: Int64, cutoff: Int64) {
        self.takesAllNamespaces = takesAllNamespaces
        self.batchSize = batchSize
        self.cutoff = cutoff
    }

    /// Adds a page.
    /// - Returns: A report, if it is complete now.
    mutating func add(_ page: PageCount) -> PageCount? {
        guard takesAllNamespaces || page.page.namespace == 0, page.revisionCount > 0 else { return nil }
        if batch == nil { batch = page } else { batch?.add(page) }
        return (batch?.pageCount ?? 0) >= batchSize ? finish() : nil
    }

    /// The last report, which may hold fewer pages.
    mutating func finish() -> PageCount? {
        defer { batch = nil }
        return batch.flatMap { $0.revisionCount > cutoff ? $0 : nil }
    }

    /// Reads a dump.
    /// - Parameters:
    ///   - progress: Gets the number of bytes of each piece of text.
    ///   - body: Gets each report.
    /// - Returns: What was found while reading the dump.
    @discardableResult
    mutating func read(
        _ dump: DumpText, taskCount: Int, progress: (Int) -> Void = { _ in },
        _ body: (PageCount) throws(BzError) -> Void
    ) async throws(BzError) -> DumpText.Reading {
        var counter = PageCounter()
        var report = self
        let reading = try await dump.read(taskCount: taskCount) { text throws(BzError) in
            do throws(BzError) {
                for page in try counter.append(text) { if let ready = report.add(page) { try body(ready) } }
            } catch {
                throw error.naming(error.file ?? dump.name)
            }
            progress(text.count)
            return true
        }
        do { try counter.finish() } catch { throw error.naming(dump.name) }
        if let ready = report.finish() { try body(ready) }
        return reading
    }
}
