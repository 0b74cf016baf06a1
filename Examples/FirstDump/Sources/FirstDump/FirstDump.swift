// Dumps a wiki of a farm and prints what came of it.
//
//     swift run FirstDump path/to/wikidump.conf WIKI
import Foundation
import Logging
import WikiDumpKit

@main
enum FirstDump {
    static func main() async {
        let arguments = CommandLine.arguments.dropFirst()
        guard arguments.count == 2, let file = arguments.first, let wiki = arguments.last.flatMap(WikiName.init) else {
            fail("usage: FirstDump CONFIGFILE WIKI", status: 2)
        }
        do throws(DumpError) {
            let configuration = try ConfigurationLoader().load(file)
            let worker = try Worker(configuration: configuration, logger: Logger(label: "first-dump"))
            let run = try await worker.run(RunRequest(wiki: wiki), SilentObserver())
            for job in run.jobs {
                print(job.name, job.status.rawValue, job.message ?? "")
                for file in job.files where file.isComplete { print("   ", file.name, file.size ?? 0) }
            }
            if run.failures > 0 { fail("\(run.failures) jobs failed", status: 1) }
        } catch let error where error.code == .nothingToDo || error.code == .lockHeld {
            // Not a failure: the wiki has its dump, or another process is making it.
            print(error)
        } catch {
            // What failed, why, and what to do about it.
            fail("\(error)", status: 1)
        }
    }

    private static func fail(_ text: String, status: Int32) -> Never {
        FileHandle.standardError.write(Data("FirstDump: \(text)\n".utf8))
        exit(status)
    }
}
