// Prints pages of a bz2 dump, by title.
//
//     swift run PageLookup enwiki-20240501-pages-articles.xml.bz2 'Fish' 'Talk:Fish'
//
// The first look-up makes an index beside the dump, on all cores. From then on each takes the time of decoding one block,
// however big the dump is. When the dump has changed, the index is made again.
import Foundation
import MWBzUtils
import SystemPackage

@main
enum PageLookup {
    static func main() async {
        let words = CommandLine.arguments.dropFirst()
        guard let file = words.first, words.count > 1 else { fail("usage: PageLookup DUMP.bz2 TITLE...", status: 2) }
        do throws(BzError) {
            let dump = try await open(FilePath(file))
            var missing: [String] = []
            for title in words.dropFirst() {
                guard let page = try dump.page(title: title) else {
                    missing.append(title)
                    continue
                }
                // A page may be bigger than the memory: it comes in pieces.
                try dump.read(page) { piece throws(BzError) in FileHandle.standardOutput.write(Data(piece)) }
                FileHandle.standardOutput.write(Data("\n".utf8))
            }
            if !missing.isEmpty { fail("not in \(file): \(missing.joined(separator: ", "))", status: 4) }
        } catch {
            // Says which file, what is wrong, at which byte, and what to do.
            fail("\(error)", status: 1)
        }
    }

    /// The dump with its index, which is made if there is none for the dump as it is now.
    private static func open(_ path: FilePath) async throws(BzError) -> IndexedDump {
        if let dump = try? IndexedDump(path) { return dump }
        let cores = ProcessInfo.processInfo.activeProcessorCount
        _ = try await DumpIndexer(path).make(taskCount: cores)
        return try IndexedDump(path)
    }

    private static func fail(_ text: String, status: Int32) -> Never {
        FileHandle.standardError.write(Data("PageLookup: \(text)\n".utf8))
        exit(status)
    }
}
