// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "wikidumpkit-benchmarks",
    platforms: [.macOS(.v15)],
    dependencies: [
        // By name, so that a clone under any folder name works.
        .package(name: "wikidumpkit", path: ".."),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
        .package(url: "https://github.com/ordo-one/benchmark", from: "1.38.1", traits: []),
    ],
    targets: [
        .executableTarget(
            name: "stubstream",
            dependencies: [
                .product(name: "SystemPackage", package: "swift-system"),
                .product(name: "WikiDumpKit", package: "wikidumpkit"),
            ]
        ),
        .executableTarget(
            name: "locatecost",
            dependencies: [
                .product(name: "MWBzUtils", package: "wikidumpkit"),
                .product(name: "SystemPackage", package: "swift-system"),
            ]
        ),
        .executableTarget(
            name: "DumpBenchmarks",
            dependencies: [
                .product(name: "Benchmark", package: "benchmark"),
                .product(name: "MWBzUtils", package: "wikidumpkit"),
                .product(name: "WikiDumpKit", package: "wikidumpkit"),
                .product(name: "WikiDumpKitTesting", package: "wikidumpkit"),
            ],
            path: "Benchmarks/DumpBenchmarks",
            plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")]
        ),
    ]
)
