#!/usr/bin/env pwsh
# Build, tests and formatting, one after another. Stops at the first that fails. .ci/run does more: it limits the time of each, counts, installs what
# some specs need, measures lines and tries the containers.
$ErrorActionPreference = 'Stop'
$PSNativeCommandUseErrorActionPreference = $true

dotnet build DynamoActors.sln -c Release --nologo
# One project after another (-m:1): several start clusters of processes, and would disturb each other's clocks.
dotnet test DynamoActors.sln -c Release --no-build --nologo -m:1
dotnet format DynamoActors.sln --verify-no-changes
