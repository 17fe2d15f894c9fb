using TorchSharp;

var head = torch.nn.Sequential(("block", new Models.Block(8)), ("norm", torch.nn.BatchNorm2d(8)));
Console.WriteLine(head.parameters().Count());
