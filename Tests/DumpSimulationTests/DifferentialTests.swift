#if os(Linux)
    import DumpSimulation
    import Foundation
    import MWBzUtils
    import SystemPackage
    import Testing

    /// The simulated disk and the file system of this machine are asked the same, and answer the same. Permissions are not part of
    /// it, since the disk lets everybody do everything; so every owner may use what is made here.
    @Suite struct DifferentialTests {
        @Test(arguments: 1...8 as ClosedRange<UInt64>) func answersAsTheRealFileSystem(seed: UInt64) throws {
            let pair = try DiskPair()
            defer { pair.remove() }
            var maker = CallMaker(seed: seed, base: pair.base)
            var (failures, successes): (Set<Errno>, Int) = ([], 0)
            for step in 0..<3_000 {
                let call = maker.next(openFiles: pair.openFiles)
                let (simulated, real) = (pair.simulated(call), pair.real(call))
                try #require(simulated == real, "seed \(seed), step \(step): \(call)")
                switch real {
                case .failure(let error): failures.insert(error)
                case .success: successes += 1
                }
                if step.isMultiple(of: 250) {
                    let (simulated, real) = (pair.simulatedTree(), pair.realTree())
                    try #require(simulated == real, "seed \(seed), step \(step)")
                }
            }
            #expect(pair.simulatedTree() == pair.realTree(), "seed \(seed)")
            // The calls have met all that can happen, not only failed.
            #expect(successes > 1_000, "seed \(seed)")
            let expected: Set<Errno> = [
                .noSuchFileOrDirectory, .fileExists, .notDirectory, .isDirectory, .directoryNotEmpty, .invalidArgument,
                .tooManySymbolicLinkLevels, .fileNameTooLong, .resourceBusy, .notPermitted, .badFileDescriptor,
                .wouldBlock, .notSupported,
            ]
            #expect(failures == expected, "seed \(seed)")
        }

        /// Random calls make no chain that is just too long.
        @Test func followsAsManyLinks() throws {
            let pair = try DiskPair()
            defer { pair.remove() }
            for number in 0..<45 {
                let link = FilePath("\(pair.base)/\(number)")
                for call in [.makeSymbolicLink(link, target: "\(number - 1)"), .names(link)] as [FileCall] {
                    let (simulated, real) = (pair.simulated(call), pair.real(call))
                    #expect(simulated == real, "\(call)")
                }
                if number == 0 {
                    let call = FileCall.makeFolder(FilePath("\(pair.base)/-1"), permissions: 0o755)
                    #expect(pair.simulated(call) == pair.real(call))
                }
            }
        }
    }

    /// Makes calls about few names, so that they meet.
    private struct CallMaker {
        private var random: SeededGenerator
        private let base: FilePath
        private let long: FilePath
        /// Paths that were made before; making them takes most of the time of these tests.
        private var paths: [String: FilePath] = [:]
        private static let names = ["a", "b", "c", "d"]

        init(seed: UInt64, base: FilePath) {
            (random, self.base) = (SeededGenerator(seed: seed), base)
            long = FilePath(base.string + String(repeating: "/abcdefghi", count: 420))
        }

        private mutating func number(_ count: Int) -> Int { Int.random(in: 0..<count, using: &random) }
        private mutating func pick<Element>(_ elements: [Element]) -> Element { elements[number(elements.count)] }

        private mutating func part() -> String {
            switch number(60) {
            case 0: "."
            case 1: ".."
            case 2: String(repeating: "x", count: 255)
            case 3: String(repeating: "x", count: 256)
            default: pick(Self.names)
            }
        }

        private mutating func path() -> FilePath {
            if number(300) == 0 { return pick(["", long]) }
            let names = (0...pick([0, 0, 0, 1, 1, 2])).map { _ in part() }.joined(separator: "/")
            if let path = paths[names] { return path }
            let path = FilePath(base.string + "/" + names)
            paths[names] = path
            return path
        }

        /// A path for a call that refuses the top of the file system, which is not ours to change.
        private mutating func safePath() -> FilePath { number(100) == 0 ? "/" : path() }

        private mutating func bits() -> UInt16 { pick([0o600, 0o644, 0o755, 0o700, 0o711]) }

        private mutating func target() -> String {
            switch number(12) {
            case 0: ""
            case 1: path().string
            case 2: "../" + pick(Self.names)
            case 3: "."
            case 4: pick(Self.names) + "/" + pick(Self.names)
            default: pick(Self.names)
            }
        }

        mutating func next(openFiles: [Int]) -> FileCall {
            if !openFiles.isEmpty, number(5) < 2 {
                // A long list is made shorter.
                let file = pick(openFiles)
                return .file(file, number(20) < openFiles.count ? .close : openFileCall())
            }
            return switch number(22) {
            case 0, 1: .makeFolder(path(), permissions: pick([0o700, 0o755, 0o777, 0o1777]))
            case 2: .makeFolder(path(), permissions: 0o755)
            case 3, 4: .open(path(), .create(bits()))
            case 5: .open(path(), .append(bits()))
            case 6: .open(path(), .createNew(bits()))
            case 7: .open(path(), pick([.read, .readAnywhere]))
            case 8: .openUnnamed(in: pick([base, path()]), permissions: bits())
            case 9, 10: .rename(safePath(), to: safePath())
            case 11: .exchange(safePath(), with: safePath())
            case 12: .link(safePath(), as: safePath())
            case 13: .makeSymbolicLink(path(), target: target())
            case 14: .target(path())
            case 15: .unlink(safePath())
            case 16: .removeFolder(safePath())
            case 17: .setPermissions(path(), pick([0o700, 0o755, 0o2775]))
            case 18: .setTime(path(), seconds: Int64(number(1_000_000)))
            case 19: .names(pick([base, path()]))
            case 20: .mayExecute(path())
            default: .status(path(), followsLink: number(2) == 0)
            }
        }

        private mutating func openFileCall() -> OpenFileCall {
            switch number(14) {
            case 0, 1: .read(count: number(30))
            case 12: .readAt(Int64(number(60) - 1), count: 1 + number(29))
            case 2, 3, 4: .write((0..<number(40)).map { _ in UInt8(number(256)) })
            case 5: .synchronize
            case 6: .flush
            case 7: .status
            case 8: .setPermissions(pick([0o700, 0o755, 0o711]))
            case 9: .setOwner(user: geteuid() == 0 ? 7 : geteuid(), group: getegid())
            case 10: .lock(.shared)
            case 11: .lock(.exclusive)
            default: .link(as: path())
            }
        }
    }

    /// A simulated disk beside a real folder. Both hold the folder under the same path.
    private final class DiskPair {
        /// The answer to a call, as far as both disks have to agree.
        enum Answer: Equatable {
            case failure(Errno)
            case success(FileAnswer)
        }

        private let top: FilePath
        /// The folder in which everything happens. It lies so deep that no number of `..` leads out of ``top``.
        let base: FilePath
        private let disk = SimulatedDisk.still()
        private let simulated: any FileCalls
        private var files: [Int: (simulated: any OpenFile, real: any OpenFile)] = [:]
        private var opened: [any OpenFile] = []
        private var lastFile = 0

        init() throws {
            let folder = FileManager.default.temporaryDirectory.appendingPathComponent("disk-\(UUID().uuidString)")
            top = FilePath(folder.path)
            base = FilePath(folder.path + String(repeating: "/r", count: 46))
            try FileManager.default.createDirectory(atPath: base.string, withIntermediateDirectories: true)
            let mask = umask(0)
            umask(mask)
            let process = disk.startProcess(
                ProcessTraits(on: machine, mask: UInt16(mask), user: geteuid(), group: getegid()))
            simulated = disk.calls(for: process)
            var path = FilePath("/")
            for part in base.components {
                path.append(part)
                try simulated.makeFolder(path, permissions: 0o755)
                try simulated.setPermissions(of: path, to: 0o755)
            }
        }

        func remove() {
            for (_, file) in files { try? file.real.close() }
            try? FileManager.default.removeItem(atPath: top.string)
        }

        var openFiles: [Int] { files.keys.sorted() }

        /// What the simulated disk answers. A file that it opens waits for the real one.
        func simulated(_ call: FileCall) -> Answer {
            opened = []
            return answer(call, simulated) { $0.simulated }
        }

        /// What the real disk answers.
        func real(_ call: FileCall) -> Answer {
            let answer = answer(call, SystemCalls()) { $0.real }
            if case .file(let file, .close) = call { files[file] = nil }
            if opened.count == 2 {
                lastFile += 1
                files[lastFile] = (opened[0], opened[1])
            }
            return answer
        }

        private func answer(
            _ call: FileCall, _ calls: any FileCalls,
            _ side: ((simulated: any OpenFile, real: any OpenFile)) -> any OpenFile
        ) -> Answer {
            var answer = FileAnswer()
            do throws(Errno) {
                switch call {
                case .open(let path, let opening): opened.append(try calls.open(path, opening))
                case .openUnnamed(let folder, let bits):
                    opened.append(try calls.openUnnamed(in: folder, permissions: bits))
                case .status(let path, let followsLink):
                    answer.status = comparable(try calls.status(of: path, followsLink: followsLink))
                case .mayExecute(let path): answer.isAllowed = calls.mayExecute(path)
                case .names(let path): answer.names = try calls.names(in: path).sorted()
                case .rename(let path, let other): try calls.rename(path, to: other)
                case .exchange(let path, let other): try calls.exchange(path, with: other)
                case .link(let path, let other): try calls.link(path, as: other)
                case .makeSymbolicLink(let path, let target): try calls.makeSymbolicLink(path, to: target)
                case .target(let path): answer.target = try calls.target(ofLink: path)
                case .unlink(let path): try calls.unlink(path)
                case .makeFolder(let path, let bits): try calls.makeFolder(path, permissions: bits)
                case .removeFolder(let path): try calls.removeFolder(path)
                case .setPermissions(let path, let bits): try calls.setPermissions(of: path, to: bits)
                case .setTime(let path, let seconds):
                    try calls.setTime(of: path, to: seconds)
                    answer.file = Int(try calls.status(of: path, followsLink: true).seconds)
                case .touch(let path): try calls.touch(path)
                case .synchronizeAll(let path): try calls.synchronizeFileSystem(of: path)
                case .file(let file, let call):
                    guard let file = files[file].map(side) else { break }
                    try perform(call, file, &answer)
                case .enter: break
                }
            } catch { return .failure(error) }
            return .success(answer)
        }

        private func perform(_ call: OpenFileCall, _ file: any OpenFile, _ answer: inout FileAnswer) throws(Errno) {
            switch call {
            case .read(let count): answer.bytes = try file.read(count: count)
            case .readAt(let offset, let count): answer.bytes = try file.read(at: offset, count: count)
            case .write(let bytes): try file.write(bytes)
            case .synchronize: try file.synchronize()
            case .flush: try file.flush()
            case .status: answer.status = comparable(try file.status())
            case .setPermissions(let bits): try file.setPermissions(bits)
            case .setOwner(let user, let group): try file.setOwner(user: user, group: group)
            case .lock(let lock): try file.lock(lock)
            case .link(let path): try file.link(as: path)
            case .close: try file.close()
            }
        }

        /// A status without what each disk decides for itself.
        private func comparable(_ status: FileStatus) -> FileStatus {
            var status = status
            (status.device, status.number, status.seconds, status.nanoseconds) = (0, 0, 0, 0)
            if status.isDirectory { (status.size, status.linkCount) = (0, 0) }
            return status
        }

        func simulatedTree() -> [TreeEntry] {
            let top = top.string + "/"
            return disk.tree().filter { $0.path.hasPrefix(top) }
        }

        func realTree() -> [TreeEntry] {
            let calls = SystemCalls()
            var found: [TreeEntry] = []
            var folders = [top.string]
            while let folder = folders.popLast() {
                for name in (try? calls.names(in: FilePath(folder))) ?? [] {
                    let text = folder + "/" + name
                    let path = FilePath(text)
                    guard let status = try? calls.status(of: path, followsLink: false) else { continue }
                    var (bytes, target) = ([UInt8](), "")
                    switch status.kind {
                    case .folder: folders.append(text)
                    case .link: target = (try? calls.target(ofLink: path)) ?? ""
                    default:
                        guard let file = try? calls.open(path, .read) else { continue }
                        bytes = (try? file.readAll()) ?? []
                        try? file.close()
                    }
                    found.append(
                        TreeEntry(
                            path: text, kind: status.kind, permissions: status.permissions, bytes: bytes,
                            target: target))
                }
            }
            return found.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
        }
    }
#endif
