import Foundation

/// The web server of the tests, over a folder. The first word of a path says how it behaves: see `Tests/Web/server.py`.
final class WebServer {
    private let process = Process()
    private let input = Pipe()
    /// Such as `http://127.0.0.1:40001`.
    let address: String

    init(_ folder: URL) throws {
        let script = DemoFarm.original.deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Tests/Web/server.py")
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", script.path, folder.path]
        process.standardInput = input
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        var line = Data()
        while line.last != UInt8(ascii: "\n") {
            let byte = output.fileHandleForReading.readData(ofLength: 1)
            if byte.isEmpty { throw Tool.Failure(text: "the web server did not start") }
            line += byte
        }
        address = "http://127.0.0.1:" + String(decoding: line, as: UTF8.self).trimmingCharacters(in: .newlines)
    }

    deinit {
        try? input.fileHandleForWriting.close()
        process.waitUntilExit()
    }

    /// Bytes of files that were sent, and requests that were answered.
    func sent() throws -> (bytes: Int, requests: Int) {
        let numbers = try Tool.run(["curl", "-s", address + "/sent"]).text.split(whereSeparator: \.isWhitespace)
        return (Int(numbers.first ?? "") ?? 0, Int(numbers.last ?? "") ?? 0)
    }
}
