import MWBzUtils
import SystemPackage

/// Reads what a stub holds. The file with the texts must hold the same.
struct StubContents {
    private let stub: FilePath
    private let width: Int

    init(_ stub: FilePath, _ context: JobContext) {
        self.stub = stub
        width = context.width
    }

    /// - Throws: ``DumpError`` with code `jobFailed` if the stub is damaged.
    func read() async throws(DumpError) -> FileContents {
        var cutter = ExportTextCutter("the stub \(stub)")
        var tally = OutputTally()
        var failure: DumpError?
        func add(_ batch: RenderedBatch?) {
            guard let batch else { return }
            tally.add(batch)
        }
        do throws(BzError) {
            try await DumpText(stub).read(taskCount: width) { text throws(BzError) in
                do throws(DumpError) { add(try cutter.append(text)) } catch { failure = error }
                return failure == nil
            }
        } catch {
            if error.code == .cancelled { throw DumpError(.cancelled, "stopped on request") }
            failure = DumpError(.jobFailed, "the stub \(stub) cannot be read", cause: error)
        }
        do throws(DumpError) {
            if let failure { throw failure }
            add(try cutter.finish())
        } catch {
            throw DumpError(
                .jobFailed, error.message,
                remedy: "make the stubs again: \(RequestedValue.jobs.set(to: "xmlstubsdump"))", cause: error.cause)
        }
        var contents = FileContents(pages: tally)
        contents.bytes = nil
        return contents
    }
}
