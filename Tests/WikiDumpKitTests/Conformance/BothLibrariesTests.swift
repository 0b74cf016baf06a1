import MWBzUtils
import SystemPackage
import Testing
import WikiDumpKit

/// Names that both libraries could have, in a file that imports both.
@Suite struct BothLibrariesTests {
    @Test func eachNameMeansOneThing() {
        let types: [Any.Type] = [
            BzError.self, DumpError.self, ExportEvent.self, DumpEvent.self, IndexedDump.self,
            PageScanner.self, Page.self, Revision.self, DumpDate.self, JobProgress.self, BzBlock.self, FileHashes.self,
        ]
        #expect(Set(types.map { String(reflecting: $0) }).count == types.count)
    }

    /// The errors of both can be told apart where both may come.
    @Test func errorsAreToldApart() async {
        func fail(_ place: FilePath) throws {
            if place.extension == "conf" {
                _ = try ConfigurationLoader().load(place.string)
            } else {
                _ = try IndexedDump(place)
            }
        }
        #expect(throws: BzError.self) { try fail("/none/at/all.bz2") }
        #expect(throws: DumpError.self) { try fail("/none/at/all.conf") }
    }
}
