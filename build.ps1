#!/usr/bin/env pwsh
# The commands of a build, one after another; .ci/run does the same. Stops at the first that fails.
$ErrorActionPreference = 'Stop'
$PSNativeCommandUseErrorActionPreference = $true

dotnet build DynamoActors.sln -c Release --nologo
dotnet test DynamoActors.sln -c Release --no-build --nologo
dotnet format DynamoActors.sln --verify-no-changes
